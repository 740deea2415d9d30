#include "app/cli/command_line.h"
#include "app/doctor/findings.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gnu/libc-version.h>
#include <string>
#include <string_view>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

// Those that this program, its libraries, the loader and launchers of several processes look at.
constexpr const char* kVariables[] = {"OMP_NUM_THREADS",
                                      "OMP_WAIT_POLICY",
                                      "GOMP_CPU_AFFINITY",
                                      "KMP_AFFINITY",
                                      "MKL_NUM_THREADS",
                                      "OMP_PROC_BIND",
                                      "ATEN_CPU_CAPABILITY",
                                      "ONEDNN_MAX_CPU_ISA",
                                      "CUDA_VISIBLE_DEVICES",
                                      "LD_LIBRARY_PATH",
                                      "LD_PRELOAD",
                                      "MALLOC_ARENA_MAX",
                                      "RANK",
                                      "WORLD_SIZE",
                                      "LOCAL_RANK",
                                      "MASTER_ADDR",
                                      "TMPDIR"};

// What /etc/os-release calls the system; empty where it does not.
std::string name_of_system() {
  std::ifstream lines("/etc/os-release");
  constexpr std::string_view kKey = "PRETTY_NAME=";
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kKey)) continue;
    line.erase(0, kKey.size());
    if (line.size() > 1 && line.starts_with('"')) line = line.substr(1, line.size() - 2);
    return line;
  }
  return "";
}

std::string own_file() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).string();
}

}  // namespace

void find_program(DoctorReport& report) {
  std::string version = version_text();
  version.pop_back();
  utsname system{};
  ::uname(&system);
  report.section("program");
  report.fact("version", version);
  report.fact("file", own_file());
  report.fact("compiler", __VERSION__);
  report.fact("system", name_of_system());
  report.fact("kernel", fmt::format("{} {}", system.sysname, system.release));
  report.fact("C library", fmt::format("glibc {}", gnu_get_libc_version()));
}

void find_surroundings(DoctorReport& report) {
  report.section("environment");
  for (const char* name : kVariables) {
    if (const char* value = std::getenv(name)) report.fact(name, value);
  }
  std::error_code error;
  const fs::path folder = fs::current_path(error);
  report.fact("this folder", folder.string());
  struct statvfs space {};
  if (::statvfs(folder.c_str(), &space) == 0)
    report.bytes("free space in it", static_cast<std::int64_t>(space.f_bavail * space.f_frsize));
  report.fact("writable", ::access(folder.c_str(), W_OK) == 0);
  report.fact("temporary files", "beside what is written");
  report.fact("cache", nullptr);
}

}  // namespace dragoman
