#include "app/attention/attention_run.h"
#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/commands.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kAttentionSummary =
    R"(Shows where a model looks: the weights of its attentions as a page, a picture or numbers, and the words that it aligns.
Without an output option each target word is printed with the source word that has most of its attention.

  dragoman attention --model DIR --source test.en --lines 3 --html attention.html
  dragoman attention --model DIR --source test.en --target test.de --alignment test.links
  dragoman attention --model DIR --source demo.en --target demo.de --reference-alignment demo.links)";

void add_options(CommandLine& line, AttentionOptions& options) {
  line.group("Files");
  add_model_option(line, options.translation).required = true;
  line.add("source,s", options.source, "FILE", "plain or .gz; '-' is stdin").required = true;
  line.add("target,t", options.target, "FILE", "the translation of each source line; if not given, the model's own")
      .common = true;
  line.add("lines", options.lines, "N", "only these lines, counted from 1").common = true;
  line.group("Output");
  line.add("html", options.html, "FILE",
           "a page to look at in a browser: heat maps of all layers and heads, their entropy, and lines between the "
           "two sentences")
      .writes = true;
  line.add("svg", options.svg, "FILE", "the heat map of one attention, of one line, as a picture").writes = true;
  line.add("json", options.json, "FILE", "all weights, an object for each line; '-' is stdout, here and elsewhere")
      .writes = true;
  line.add("alignment", options.alignment, "FILE",
           "which words come from which: a line of links as '0-0 1-2' for each line, source words first")
      .writes = true;
  line.add("reference-alignment", options.reference, "FILE",
           "such links made by people ('1p2' for one that is only possible): prints the alignment error rate of "
           "each layer and head against them")
      .common = true;
  line.add("quiet,q", options.quiet, "nothing on stderr but errors").common = true;
  line.group("Which attention");
  line.choose("kind", options.kind, "of which --svg draws one and that --html shows first").common = true;
  line.add("layer", options.aligning.layer, "N",
           "that is drawn, or that aligns, from 0; if not given, that of the head which was trained to align, or else "
           "the last but one, or the last of two")
      .common = true;
  line.add("head", options.aligning.head, "N",
           "that is drawn, or that aligns, from 0; if not given, the one that was trained to align, or else the mean "
           "over all")
      .common = true;
  line.choose("alignment-step", options.aligning.step,
              "the decoder's step that speaks for a word: the one that predicts it, or the one that reads it");
  add_translation_options(line, options.translation);
}

void validate(const AttentionOptions& options) {
  options.translation.translator.validate();
  const std::vector<std::string> inputs{options.source, options.target, options.reference};
  if (std::ranges::count(inputs, "-") > 1) throw std::invalid_argument("only one file can be '-' (stdin)");
  const std::vector<std::string> outputs{options.html, options.svg, options.json, options.alignment};
  if (std::ranges::count(outputs, "-") > 1) throw std::invalid_argument("only one output can be '-' (stdout)");
  if (!options.reference.empty() && options.target.empty())
    throw std::invalid_argument("--reference-alignment is about given pairs; add --target");
  if (!options.reference.empty() && std::ranges::count(outputs, "-") > 0)
    throw std::invalid_argument("--reference-alignment prints on stdout; write the other output to a file");
}

}  // namespace

int attention_command(const std::vector<std::string>& arguments) {
  AttentionOptions options;
  CommandLine line("attention", kAttentionSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  settle_batch_limits(line, options.translation);
  validate(options);
  follow_model(line, load_config(options.translation.model), options.translation);
  Log log(options.quiet);
  run_attention(options, log);
  return 0;
}

}  // namespace dragoman
