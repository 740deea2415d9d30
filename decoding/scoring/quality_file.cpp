#include "decoding/scoring/quality_file.h"

#include "base/atomic_file.h"
#include "base/json.h"
#include "formats/manifest.h"
#include "formats/model_files.h"

#include <exception>
#include <fmt/format.h>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;

Json points_of(const IsotonicCurve& curve) {
  return {{"from", curve.x()}, {"to", curve.y()}};
}

IsotonicCurve curve_of(const Json& json) {
  return {json.at("from").get<std::vector<double>>(), json.at("to").get<std::vector<double>>()};
}

}  // namespace

void save_quality(const std::filesystem::path& directory, const QualityCalibration& calibration,
                  const std::string& model) {
  const auto& [curves, errors] = calibration;
  const Json json{{"format", kFormat},
                  {"model", model},
                  {"calibration_error", {{"lines", errors.lines}, {"words", errors.words}}},
                  {"lines", points_of(curves.lines)},
                  {"words", points_of(curves.words)}};
  ManifestUpdate(directory).write(kQualityFile, json.dump(1) + "\n");
}

QualityCurves load_quality(const std::filesystem::path& directory, const std::string& model) {
  const std::filesystem::path file = directory / kQualityFile;
  const std::string remedy = fmt::format("`dragoman calibrate --model {}` makes it", directory.string());
  if (!std::filesystem::exists(file))
    throw std::runtime_error(fmt::format("{}: the model has not been calibrated; {}", file.string(), remedy));
  const std::string text = read_file(file);
  require_sealed(directory, kQualityFile, seal_of(text));
  return parse_quality(text, model, file.string(), remedy);
}

QualityCurves parse_quality(std::string_view text, const std::string& model, const std::string& name_for_errors,
                            const std::string& remedy) {
  const auto json = parse_json(text);
  try {
    if (!json || whole_number<int>(json->at("format")) != kFormat) throw std::invalid_argument("another format");
    if (json->at("model").get<std::string>() != model) {
      throw std::runtime_error(fmt::format(
          "{}: was made of another model, or of this one before it was changed; {} anew", name_for_errors, remedy));
    }
    return {curve_of(json->at("lines")), curve_of(json->at("words"))};
  } catch (const std::logic_error&) {
  } catch (const nlohmann::json::exception&) {
  }
  throw std::runtime_error(fmt::format("{}: is damaged, or of another version; {} anew", name_for_errors, remedy));
}

}  // namespace dragoman
