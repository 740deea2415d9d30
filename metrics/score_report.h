#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// The settings that a score depends on, in the order in which they are printed, so that scores can be compared.
/// Neither keys nor values contain ':' or '|'.
struct Signature {
  std::vector<std::pair<std::string, std::string>> fields;

  /// "nrefs:1|case:mixed|…"
  std::string text() const;
};

/// Value of the field `version` of every signature: "dragoman-" and the version of this program.
std::string signature_version();

/// Value of the field `nrefs`: the number, or "var" for kVaryingReferences.
std::string signature_references(int references);

/// Stands for the number of references where sentences have different numbers of them.
inline constexpr int kVaryingReferences = -1;

/// Where 95 % of the scores of bootstrap samples are: `mean` ± `half_width`.
struct Interval {
  double mean = 0;
  double half_width = 0;
};

/// What is shown of a score, whatever the metric.
struct ScoreReport {
  std::string name;  ///< "BLEU"
  double score = 0;
  Signature signature;
  std::string details;  ///< what stands behind the score, e.g. the precisions; may be empty
  std::optional<Interval> interval = {};
  std::optional<double> p_value = {};  ///< of a significance test against another system
};

/// "41.02", or with an interval "41.02 (μ = 41.00 ± 1.23)". As sacreBLEU, this leaves out an interval around 0.
/// `width` is the number of decimals, 0 to 15; throws std::invalid_argument otherwise.
std::string format_score(const ScoreReport& report, int width = 2);

/// "BLEU|nrefs:1|…|version:… = 41.02 71.3/48.3/34.5/24.8 (BP = …)": one line, without the newline, as sacreBLEU prints
/// it. `width` as for `format_score`.
std::string format_text(const ScoreReport& report, int width = 2);

/// The same as an object with the keys and the order of sacreBLEU's: name, score (a number, rounded to `width`
/// decimals), signature, confidence_mean, confidence_var and confidence with an interval, verbose_score, and then each
/// field of the signature as a string.
nlohmann::ordered_json to_json(const ScoreReport& report, int width = 2);

/// `to_json` as text, laid out as sacreBLEU does.
std::string format_json(const ScoreReport& report, int width = 2);

}  // namespace dragoman
