#include "app/cli/size_text.h"
#include "app/doctor/findings.h"
#include "app/info/model_facts.h"
#include "base/memory.h"
#include "formats/foreign/foreign_format.h"
#include "formats/manifest.h"
#include "formats/model_inspection.h"
#include "model/device.h"

#include <exception>
#include <filesystem>
#include <fmt/format.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

// Returns whether all of them are as they were written.
bool find_files(DoctorReport& report, const std::string& model) {
  const bool has_manifest = fs::exists(manifest_file(model));
  nlohmann::ordered_json states = nlohmann::ordered_json::object();
  std::string text;
  bool whole = true;
  for (const InspectedFile& file : inspect_files(model)) {
    const char* state = !file.trouble.empty() ? "in trouble" : has_manifest ? "as written" : "readable";
    states[file.name] = state;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", file.name, state);
    if (file.trouble.empty()) continue;
    whole = false;
    report.problem(file.trouble);
  }
  report.fact("files", states, text);
  report.fact("manifest", has_manifest);
  if (!has_manifest) {
    report.hint(
        fmt::format("{} has no manifest, by which damage would be seen: dragoman seal --model {} makes one of the "
                    "files as they are",
                    model, model));
  }
  return whole;
}

void find_contents(DoctorReport& report, const std::string& model) {
  const ModelFacts facts = facts_of(model);
  const auto bytes = facts.weight_bytes;
  report.fact("architecture", facts.config.architecture);
  report.fact("weights", to_string(facts.type),
              fmt::format("{}, {}", to_string(facts.type), size_text(static_cast<std::uint64_t>(bytes))));
  const bool fast = is_fast(facts.type, device_named("auto"));
  report.fact("computes in", to_string(fast ? facts.type : WeightType::fp32));
  report.fact("validated", facts.validated);
  if (!facts.validated) {
    report.problem(
        fmt::format("{}: no validation has measured these weights, since the training was stopped before its first; go "
                    "on with the training, or give commands --allow-unvalidated",
                    model));
  }
  if (bytes > available_memory()) {
    report.problem(
        fmt::format("{}: its weights take {}, more than the {} that are available; end other programs, or "
                    "translate where there is more",
                    model, size_text(static_cast<std::uint64_t>(bytes)),
                    size_text(static_cast<std::uint64_t>(available_memory()))));
  }
}

}  // namespace

void find_model(DoctorReport& report, const std::string& model) {
  report.section("model");
  report.fact("folder", model);
  if (const ForeignFormat* foreign = foreign_format_of(model)) {
    report.fact("format", foreign->name);
    report.problem(fmt::format("{} is {}{}", model, foreign->name,
                               foreign->read ? "; dragoman import makes a model of it" : ", which cannot be imported"));
    return;
  }
  if (!fs::is_directory(model)) {
    report.problem(fmt::format("{}: no such model directory; name one that dragoman train or import has made", model));
    return;
  }
  report.fact("format", "Dragoman");
  if (!find_files(report, model)) return;
  try {
    find_contents(report, model);
  } catch (const std::exception& error) {
    report.problem(error.what());
  }
}

}  // namespace dragoman
