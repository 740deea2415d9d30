#include "app/doctor/findings.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using std::filesystem::path;

// Those by which something is chosen here or in LibTorch, as Linux spells them: x86's and ARM's.
constexpr const char* kInstructionSets[] = {"sse4_2",      "avx",         "f16c",     "fma",      "avx2",
                                            "avx_vnni",    "avx512f",     "avx512bw", "avx512vl", "avx512_vnni",
                                            "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16",
                                            "asimd",       "asimddp",     "sve",      "i8mm",     "bf16"};

// "name : value" lines of the first processor.
std::map<std::string, std::string> first_processor(const path& file) {
  std::map<std::string, std::string> facts;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line) && !(line.empty() && !facts.empty());) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t end = line.find_last_not_of(" \t", colon == 0 ? 0 : colon - 1);
    facts[line.substr(0, end + 1)] = line.substr(std::min(line.find_first_not_of(' ', colon + 1), line.size()));
  }
  return facts;
}

std::vector<std::string> instruction_sets(const std::string& flags) {
  std::vector<std::string> there;
  std::istringstream words(flags);
  const std::vector<std::string> all{std::istream_iterator<std::string>(words), {}};
  for (const char* set : kInstructionSets) {
    if (std::ranges::find(all, set) != all.end()) there.emplace_back(set);
  }
  return there;
}

void find_processor(DoctorReport& report, const MachineRoots& roots) {
  const std::map<std::string, std::string> facts = first_processor(roots.proc / "cpuinfo");
  const auto value = [&](const char* name) { return facts.contains(name) ? facts.at(name) : ""; };
  utsname system{};
  ::uname(&system);
  report.section("processor");
  report.fact("architecture", system.machine);
  if (const std::string model = value("model name"); !model.empty()) report.fact("model", model);
  const std::string flags = value("flags");
  report.fact("instruction sets", instruction_sets(flags.empty() ? value("Features") : flags));
  report.fact("cores of the machine", std::thread::hardware_concurrency());
  const std::optional<int> limit = cores_of_groups(roots);
  report.fact("cores by groups", limit ? nlohmann::ordered_json(*limit) : nullptr, limit ? "" : "no limit");
  report.fact("cores to use", available_cores(), fmt::format("{}, which is --threads 0", available_cores()));
}

// The word in brackets of "always [madvise] never"; empty where there is none.
std::string choice_in(const path& file) {
  std::ifstream words(file);
  for (std::string word; words >> word;) {
    if (word.starts_with('[') && word.ends_with(']')) return word.substr(1, word.size() - 2);
  }
  return "";
}

std::optional<std::int64_t> address_space_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return static_cast<std::int64_t>(limit.rlim_cur);
}

void find_memory(DoctorReport& report, const MachineRoots& roots) {
  const auto limit = [&](const char* name, std::optional<std::int64_t> value) {
    if (value) return report.bytes(name, *value);
    report.fact(name, nullptr, "no limit");
  };
  report.section("memory");
  report.bytes("of the machine", machine_memory(roots));
  limit("limit by groups", memory_limit_of_groups(roots));
  limit("limit by ulimit -v", address_space_limit());
  report.bytes("available", available_memory(roots));
  const std::string pages = choice_in(roots.memory / "transparent_hugepage/enabled");
  report.fact("huge pages", pages.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(pages));
  if (pages == "never") {
    report.hint(
        "huge pages are off, with which packed weights are found faster; as root: echo madvise "
        ">/sys/kernel/mm/transparent_hugepage/enabled");
  }
}

}  // namespace

void find_machine(DoctorReport& report, const MachineRoots& roots) {
  find_processor(report, roots);
  find_memory(report, roots);
}

}  // namespace dragoman
