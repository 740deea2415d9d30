#include "app/result_options.h"

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

void add_result_options(CommandLine& line, ResultOptions& results, TranslationOptions& options) {
  line.add("n-best", options.translator.search.n_best, "N",
           "translations of each line, at most the beam size; more than one needs --format nbest (then the default) or "
           "json")
      .common = true;
  line.add("distinct", options.distinct,
           "of --n-best that are equal as texts, print one alone: the best of all that the search finds, or of "
           "--candidates, as many as there are");
  line.add("alternatives", options.translator.alternatives, "N",
           "for each of the N likeliest next words behind the line's prefix, or first words, the best translation with "
           "it; needs --format nbest (then the default) or json")
      .common = true;
  line.add("alignment", results.alignment,
           "which words a translation's words come from, by the model's attention: ' ||| 0-0 1-2' behind each line, "
           "source words first, counted from 0; json: a list of pairs")
      .common = true;
  add_alignment_options(line, results.how);
  line.add(
          "quality", results.quality,
          "what is to be expected of each line, as sentence chrF, and how probably each word is right; of a model that "
          "`dragoman calibrate` has seen; nbest: as a feature; json: 'quality' and 'words'")
      .common = true;
}

void settle_results(const CommandLine& line, const ResultOptions& results, TranslationOptions& options) {
  for (const char* name : {"alignment-layer", "alignment-head", "alignment-step"}) {
    if (line.asked(name) && !results.alignment && !options.marks.any())
      throw std::invalid_argument(fmt::format("--{} says how --alignment is done; give that, too", name));
  }
  if (results.quality && !options.companions.empty())
    throw std::invalid_argument("--quality is that of one --model, and was not learned of several together");
  if (results.alignment || options.marks.any()) options.translator.alignment = results.how;
  options.translator.word_links = results.alignment;
}

}  // namespace dragoman
