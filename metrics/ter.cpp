#include "metrics/ter.h"

#include "metrics/id_table.h"
#include "metrics/ter_edits.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dragoman {

class Ter::Counter : public SentenceCounter {
 public:
  explicit Counter(const TerOptions& options) : options_(options) {}

  void count(std::string_view hypothesis, std::span<const std::string_view> references,
             std::span<double> row) override {
    split_for_ter(options_, hypothesis, hypothesis_text_, words_);
    table_.reset(words_.size());
    hypothesis_ids_.clear();
    for (const std::string_view word : words_) hypothesis_ids_.push_back(table_.find_or_add(word));
    std::int64_t fewest = 0;
    std::size_t length = 0;
    for (std::size_t i = 0; i < references.size(); ++i) {
      split_reference(references[i]);
      reference_ids_.clear();
      for (const std::string_view word : words_) reference_ids_.push_back(table_.find(word));
      const std::int64_t edits = edits_.count(hypothesis_ids_, reference_ids_);
      fewest = i == 0 ? edits : std::min(fewest, edits);
      length += reference_ids_.size();
    }
    row[0] = static_cast<double>(fewest);
    row[1] = static_cast<double>(length) / static_cast<double>(references.size());
  }

 private:
  // sacreBLEU normalises references twice, which differs from once where a rule overlooks a character that another one
  // has just set apart ("the dog's." becomes "the dog's .", then "the dog 's .").
  void split_reference(std::string_view reference) {
    split_for_ter(options_, reference, reference_text_, words_);
    if (!options_.normalized) return;
    normalised_once_ = fmt::format("{}", fmt::join(words_, " "));
    split_for_ter(options_, normalised_once_, reference_text_, words_);
  }

  const TerOptions& options_;
  TerEdits edits_;
  WordTable table_;
  std::string hypothesis_text_;
  std::string reference_text_;
  std::string normalised_once_;
  std::vector<std::string_view> words_;
  std::vector<std::uint32_t> hypothesis_ids_;
  std::vector<std::uint32_t> reference_ids_;  // WordTable::kAbsent for words that the hypothesis lacks
};

std::unique_ptr<SentenceCounter> Ter::make_counter() const {
  return std::make_unique<Counter>(options_);
}

double Ter::score(std::span<const double> sum) const {
  const double edits = sum[0];
  const double reference_length = sum[1];
  if (reference_length > 0) return 100 * (edits / reference_length);
  return edits > 0 ? 100 : 0;
}

ScoreReport Ter::report(std::span<const double> sum, int references) const {
  const auto yes = [](bool value) { return value ? "yes" : "no"; };
  return {"TER",
          score(sum),
          {{{"nrefs", signature_references(references)},
            {"case", options_.case_sensitive ? "mixed" : "lc"},
            {"tok", "tercom"},
            {"norm", yes(options_.normalized)},
            {"punct", yes(!options_.no_punct)},
            {"asian", yes(options_.asian_support)},
            {"version", signature_version()}}},
          ""};
}

}  // namespace dragoman
