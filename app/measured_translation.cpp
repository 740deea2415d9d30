#include "app/measured_translation.h"

#include "app/model_loading.h"
#include "data/line_counts.h"
#include "data/line_reader.h"
#include "decoding/engine/translator.h"
#include "metrics/bleu.h"

#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <stdexcept>

namespace dragoman {

MeasuredTranslation::MeasuredTranslation(const std::string& source, const std::string& reference)
    : sources_(read_lines(source)), references_(read_lines(reference)) {
  check_same_length(source, std::ssize(sources_), reference, std::ssize(references_));
  if (sources_.empty()) throw std::runtime_error(fmt::format("{}: there is no line in it", source));
}

std::string MeasuredTranslation::measure(const TranslationOptions& options, const Notice& notice) const {
  const Translator translator(make_engine(load_model(options, notice), options), options.translator);
  const auto started = std::chrono::steady_clock::now();
  const std::vector<Translation> found = translator.translate(sources_);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  std::vector<std::string> texts;
  std::size_t tokens = 0;
  for (const Translation& translation : found) {
    texts.push_back(translation.outputs.front().text);
    tokens += translation.outputs.front().tokens.size();
  }
  return fmt::format("BLEU {:.2f}, {:.0f} tokens/s", Bleu().corpus_score(texts, {references_}).score,
                     static_cast<double>(tokens) / seconds);
}

}  // namespace dragoman
