#include "app/cli/command_line.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/doctor/findings.h"

#include <string>
#include <vector>

namespace dragoman {
namespace {

enum class DoctorFormat { text, json };

constexpr const char* kDoctorSummary =
    R"(Tells what a report of a problem should tell: the program, the processor and in what commands compute on it, cores
and memory with their limits, libraries and GPUs; and of a model whether it is complete and as it was written. What is
wrong comes at the end, with what to do; the exit code is 1 then.

  dragoman doctor
  dragoman doctor --model en-de)";

}  // namespace

template <>
inline constexpr auto kEnumNames<DoctorFormat> = enum_names<DoctorFormat>({{DoctorFormat::text, "text"},
                                                                           {DoctorFormat::json, "json"}});

int doctor_command(const std::vector<std::string>& arguments) {
  std::string model;
  DoctorFormat format = DoctorFormat::text;
  CommandLine line("doctor", kDoctorSummary);
  line.add("model,m", model, "DIR", "a model directory to look at, too").bare = true;
  line.choose("format", format, "for people, or one JSON object for programs");
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  DoctorReport report;
  find_program(report);
  find_machine(report);
  find_kernels(report);
  find_libraries(report);
  find_surroundings(report);
  if (!model.empty()) find_model(report, model);
  print(format == DoctorFormat::json ? report.to_json() : report.to_text());
  return report.is_well() ? 0 : 1;
}

}  // namespace dragoman
