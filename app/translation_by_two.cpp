#include "app/translation_by_two.h"

#include "decoding/markup/link_steps.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

WordLinks joined(const WordLinks& first, const WordLinks& second) {
  WordLinks links;
  for (const WordLink& from : first) {
    for (const WordLink& to : second) {
      if (from.target == to.source) links.push_back({from.source, to.target});
    }
  }
  std::ranges::sort(links);
  const auto repeated = std::ranges::unique(links);
  links.erase(repeated.begin(), repeated.end());
  return links;
}

}  // namespace

std::vector<Translation> translate_by_two(const Translator& first_model, const Translator& second_model,
                                          std::vector<SourceLine> lines, LineReport& report,
                                          const Interruption& interruption, const OutputChoice& choose) {
  for (const SourceLine& line : lines) {
    if (line.terms.empty()) continue;
    throw std::runtime_error(fmt::format(
        "line {}: terms are about the text that --model reads, which with --via is a translation; leave them out",
        line.number));
  }
  std::vector<SourceLine> plain;
  for (const SourceLine& line : lines)
    plain.push_back({.text = line.text, .number = line.number, .linked = line.linked});
  const std::vector<Translation> between = first_model.translate(plain, report, interruption);
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i].text = between[i].outputs.front().text;
  LineReport of_second({});
  std::vector<Translation> translations = second_model.translate(lines, of_second, interruption, choose);
  report.add_of_second(of_second);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Translation::Output& first = between[i].outputs.front();
    translations[i].between = lines[i].text;
    translations[i].redone |= between[i].redone;
    translations[i].unknown_characters = between[i].unknown_characters;
    for (Translation::Output& output : translations[i].outputs) {
      output.complete &= first.complete;
      output.alignment = joined(first.alignment, output.alignment);
      output.links = chained_links(first.links, output.links);
    }
  }
  return translations;
}

}  // namespace dragoman
