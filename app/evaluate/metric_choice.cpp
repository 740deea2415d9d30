#include "app/evaluate/metric_choice.h"

#include "base/enum_names.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

std::vector<std::string_view> names_of(std::span<const std::unique_ptr<MetricKind>> kinds) {
  std::vector<std::string_view> names;
  for (const auto& kind : kinds) std::ranges::copy(kind->names(), std::back_inserter(names));
  return names;
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t end; (end = text.find(',')) != text.npos; text.remove_prefix(end + 1))
    parts.push_back(text.substr(0, end));
  parts.push_back(text);
  return parts;
}

}  // namespace

MetricChoice::Chosen MetricChoice::named(std::string_view text) {
  for (const auto& kind : kinds_) {
    if (const auto name = kind->recognise(text)) return {kind.get(), *name};
  }
  refuse_name(text, names_of(kinds_));
}

// Several names may stand in one text, with commas between them.
void MetricChoice::choose(const std::vector<std::string>& texts) {
  std::vector<Chosen> chosen;
  for (const std::string& text : texts) {
    for (const std::string_view name : split_at_commas(text)) {
      const Chosen metric = named(name);
      if (std::ranges::count(chosen, metric) > 0) throw std::invalid_argument(fmt::format("{} is there twice", name));
      chosen.push_back(metric);
    }
  }
  chosen_ = std::move(chosen);
}

bool MetricChoice::has(const MetricKind& kind) const {
  return std::ranges::count(chosen_, &kind, &Chosen::kind) > 0;
}

void MetricChoice::add_options(CommandLine& line) {
  line.group("Metrics");
  Option option;
  option.kind = Option::Kind::list;
  option.early = true;  // --chrf-word-order refines chrf++
  option.set = [this](const std::vector<std::string>& texts) { choose(texts); };
  option.get = [this] {
    std::vector<std::string> texts;
    for (const Chosen& metric : chosen_) texts.emplace_back(metric.name);
    return texts;
  };
  line.add_custom(
          "metrics", std::move(option), "NAME",
          fmt::format("one or more of {}; chrf++ is chrf with --chrf-word-order 2", fmt::join(names_of(kinds_), ", ")))
      .common = true;
  for (const auto& kind : kinds_) {
    line.group(kind->heading());
    kind->add_options(line);
  }
}

void MetricChoice::check(const CommandLine& line) const {
  for (const auto& kind : kinds_) {
    if (has(*kind)) continue;
    for (const std::string& option : line.options_under(kind->heading())) {
      if (!line.asked(option)) continue;
      throw std::invalid_argument(
          fmt::format("--{} is an option of {}, which --metrics does not name", option, kind->names().front()));
    }
  }
  for (const auto& kind : kinds_) kind->validate();
}

std::vector<EvaluatedMetric> MetricChoice::make() const {
  std::vector<EvaluatedMetric> metrics;
  for (const auto& [kind, name] : chosen_) metrics.push_back({kind->make(name), kind->make_for_sentences(name)});
  return metrics;
}

std::vector<std::string> MetricChoice::doubts(const Doubt& of_kind) const {
  std::vector<std::string> doubts;
  for (const auto& kind : kinds_) {
    if (const auto doubt = has(*kind) ? of_kind(*kind) : std::nullopt) doubts.push_back(*doubt);
  }
  return doubts;
}

std::vector<std::string> MetricChoice::doubts_of(std::span<const std::string> hypotheses) const {
  return doubts([&](const MetricKind& kind) { return kind.doubt_hypotheses(hypotheses); });
}

std::vector<std::string> MetricChoice::doubts_of(const ReferenceStreams& references) const {
  return doubts([&](const MetricKind& kind) { return kind.doubt_references(references); });
}

SplitWords MetricChoice::words() const {
  for (const auto& kind : kinds_) {
    if (auto words = kind->words()) return *std::move(words);
  }
  throw std::logic_error("no metric has words");
}

}  // namespace dragoman
