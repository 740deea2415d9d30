#include "app/doctor/findings.h"
#include "training/distributed/nccl.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <link.h>
#include <sstream>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// The file of the loaded library of this name; empty if there is none. In a wheel a checksum follows the name.
std::string loaded_library(std::string_view name) {
  struct Search {
    std::string_view name;
    std::string found;
  } search{name, ""};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* given) {
        auto& [wanted, found] = *static_cast<Search*>(given);
        const fs::path file(info->dlpi_name);
        const std::string name = file.filename().string();
        if (name.substr(0, name.find_first_of(".-")) != wanted) return 0;
        found = fs::absolute(file).lexically_normal().string();
        return 1;
      },
      &search);
  return search.found;
}

// The file of the library that allocates memory.
std::string allocator() {
  Dl_info info{};
  void* const function = ::dlsym(RTLD_DEFAULT, "malloc");
  if (!function || ::dladdr(function, &info) == 0 || !info.dli_fname) return "";
  return fs::absolute(info.dli_fname).lexically_normal().string();
}

// Debian's library as it is, of which the build makes a copy (cmake/sentencepiece.cmake): a variable of it is one with
// one of LibTorch's that is smaller.
bool shares_its_variables(const std::string& library) {
  void* const handle = library.empty() ? nullptr : ::dlopen(library.c_str(), RTLD_LAZY | RTLD_NOLOAD);
  if (!handle) return false;
  const bool shares = ::dlsym(handle, "FLAGS_minloglevel") != nullptr;
  ::dlclose(handle);
  return shares;
}

std::string first_line(std::string text) {
  return text.substr(0, text.find('\n'));
}

// As the driver names them.
Json gpus_of_the_machine(const fs::path& proc) {
  Json names = Json::array();
  std::error_code error;
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(proc / "driver/nvidia/gpus", error)) folders.push_back(entry.path());
  std::ranges::sort(folders);
  for (const fs::path& folder : folders) {
    std::ifstream lines(folder / "information");
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("Model:")) continue;
      names.push_back(line.substr(std::min(line.find_first_not_of(" \t", 6), line.size())));
    }
  }
  return names;
}

void find_gpus(DoctorReport& report, const SystemRoots& roots, bool is_cuda_build) {
  const Json of_machine = gpus_of_the_machine(roots.proc);
  const int found = at::hasCUDA() ? c10::impl::VirtualGuardImpl(c10::kCUDA).deviceCount() : 0;
  report.section("GPU");
  report.fact("of the machine", of_machine, fmt::format("{}", of_machine.empty() ? "none" : of_machine.dump()));
  std::ifstream version(roots.proc / "driver/nvidia/version");
  if (std::string line; std::getline(version, line)) report.fact("driver", line);
  report.fact("found by LibTorch", found);
  if (is_cuda_build && found > 0) report.fact("CUDA runtime", at::detail::getCUDAHooks().versionCUDART());
  const std::string nccl = nccl_version();
  report.fact("NCCL", nccl.empty() ? Json() : Json(nccl), nccl.empty() ? "none in this build" : "");
  if (!is_cuda_build && !of_machine.empty()) {
    report.hint(
        "there is a GPU that goes unused, since LibTorch is its CPU build: set LIBTORCH to a CUDA build of it and "
        "build "
        "dragoman again");
  }
  if (is_cuda_build && found == 0)
    report.hint("LibTorch is a CUDA build, which finds no GPU: commands compute on the processor; see nvidia-smi");
}

void find_allocator(DoctorReport& report) {
  const std::string library = allocator();
  report.fact("allocator", library);
  if (fs::path(library).filename().string().starts_with("libc.so"))
    report.hint("the allocator is the C library's, with which training is slower: build with tcmalloc");
}

}  // namespace

void find_libraries(DoctorReport& report, const SystemRoots& roots) {
  const bool is_cuda_build = !loaded_library("libtorch_cuda").empty();
  const std::string sentencepiece = loaded_library("libsentencepiece");
  report.section("libraries");
  report.fact("LibTorch", loaded_library("libtorch_cpu"));
  report.fact("build", is_cuda_build ? "CUDA" : "CPU");
  report.fact("its kernels", at::get_cpu_capability());
  report.fact("oneDNN", first_line(at::get_mkldnn_version()));
  report.fact("MKL", first_line(at::get_mkl_version()));
  report.fact("OpenMP", first_line(at::get_openmp_version()));
  report.fact("OpenMP's threads", at::get_num_threads());
  report.fact("SentencePiece", sentencepiece);
  find_allocator(report);
  if (shares_its_variables(sentencepiece)) {
    report.problem(fmt::format(
        "{} is not the copy that dragoman brings, and writes into LibTorch's variables; unset LD_LIBRARY_PATH and "
        "LD_PRELOAD",
        sentencepiece));
  }
  find_gpus(report, roots, is_cuda_build);
}

}  // namespace dragoman
