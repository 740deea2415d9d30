#include "app/attention/alignment_table.h"

#include "metrics/text_table.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

AlignmentTable::Row& AlignmentTable::row(int layer, std::optional<int> head, AlignmentStep step) {
  const auto known = std::ranges::find_if(
      rows_, [&](const Row& row) { return row.layer == layer && row.head == head && row.step == step; });
  return known != rows_.end() ? *known : rows_.emplace_back(Row{layer, head, step});
}

void AlignmentTable::add(const AttendedPair& pair, const ReferenceAlignment& reference) {
  for (const AttentionMap& map : pair.maps) {
    if (map.site.kind != AttentionSite::Kind::cross) continue;
    std::vector<std::optional<int>> heads{std::nullopt};
    for (int head = 0; head < map.weights.size(0); ++head) heads.emplace_back(head);
    for (const std::optional<int> head : heads) {
      const torch::Tensor weights = weights_of_head(map, head);
      for (const auto& [step, name] : kEnumNames<AlignmentStep>) {
        const WordLinks links = links_of(word_weights(weights, pair.source_words, pair.target_words, step));
        row(map.site.layer, head, step).error += alignment_error(links, reference);
      }
    }
  }
}

std::string AlignmentTable::text() const {
  if (rows_.empty()) throw std::runtime_error("the model has no cross-attention with weights to align by");
  const auto percent = [](double part) { return fmt::format("{:.1f}", 100 * part); };
  TextTable table{{"layer", "head", "step", "AER", "precision", "recall"}};
  for (const Row& row : rows_) {
    table.push_back({fmt::format("{}", row.layer), row.head ? fmt::format("{}", *row.head) : "mean",
                     std::string(to_string(row.step)), percent(row.error.rate()), percent(row.error.precision()),
                     percent(row.error.recall())});
  }
  const Row& best = *std::ranges::min_element(rows_, {}, [](const Row& row) { return row.error.rate(); });
  return fmt::format("{}\nbest: AER {} with translate --alignment --alignment-layer {}{} --alignment-step {}\n",
                     format_columns(table), percent(best.error.rate()), best.layer,
                     best.head ? fmt::format(" --alignment-head {}", *best.head) : "", to_string(best.step));
}

}  // namespace dragoman
