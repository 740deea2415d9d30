#include "app/attention/attention_run.h"

#include "app/attention/alignment_table.h"
#include "app/attention/attended_pairs.h"
#include "app/attention/attention_view.h"
#include "app/cli/output.h"
#include "data/line_counts.h"
#include "data/line_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>

namespace dragoman {
namespace {

// Pairs whose weights are in memory at once.
constexpr std::size_t kBlock = 64;

std::string name_of(const std::string& file) {
  return file == "-" ? "standard input" : file;
}

std::vector<std::string> lines_like(const std::string& file, const std::string& source, std::size_t count) {
  std::vector<std::string> lines = read_lines(file, Utf8::refuse);
  check_same_length(name_of(source), static_cast<std::int64_t>(count), name_of(file), std::ssize(lines));
  return lines;
}

// What the files hold, of the lines that were asked for.
struct Texts {
  std::vector<NumberedPair> pairs;
  std::vector<ReferenceAlignment> references;  // none, or one a pair
};

Texts read_texts(const AttentionOptions& options) {
  const std::vector<std::string> sources = read_lines(options.source, Utf8::refuse);
  if (sources.empty()) throw std::runtime_error(fmt::format("{}: there is no line in it", name_of(options.source)));
  std::vector<std::string> targets, references;
  if (!options.target.empty()) targets = lines_like(options.target, options.source, sources.size());
  if (!options.reference.empty()) references = lines_like(options.reference, options.source, sources.size());
  std::vector<std::int64_t> numbers = options.lines;
  if (numbers.empty()) {
    numbers.resize(sources.size());
    std::iota(numbers.begin(), numbers.end(), 1);
  }
  Texts texts;
  for (const std::int64_t number : numbers) {
    if (number < 1 || number > std::ssize(sources)) {
      throw std::invalid_argument(
          fmt::format("--lines {}: {} has lines 1 to {}", number, name_of(options.source), sources.size()));
    }
    const auto i = static_cast<std::size_t>(number - 1);
    NumberedPair& pair = texts.pairs.emplace_back();
    pair.line = number;
    pair.source = sources[i];
    if (!targets.empty()) pair.target = targets[i];
    if (references.empty()) continue;
    try {
      texts.references.push_back(parse_reference_alignment(references[i]));
    } catch (const std::invalid_argument& error) {
      throw std::runtime_error(fmt::format("{}:{}: {}", name_of(options.reference), number, error.what()));
    }
  }
  return texts;
}

void check_reference(const AttendedPair& pair, const ReferenceAlignment& reference, const std::string& file) {
  try {
    reference.check_words(pair.source_words.size(), pair.target_words.size());
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{}:{}: {}", name_of(file), pair.line, error.what()));
  }
}

// The attention that is drawn.
AttentionSite drawn_site(const AttentionOptions& options, const ModelConfig& config) {
  if (options.kind == AttentionSite::Kind::encoder_self) {
    const int layers = config.encoder_layers, layer = options.aligning.layer.value_or(usual_layer(layers));
    if (layer < 0 || layer >= layers) {
      throw std::invalid_argument(
          fmt::format("layer {} is asked for, but the encoder has layers 0 to {}", layer, layers - 1));
    }
    return {options.kind, layer};
  }
  options.aligning.validate(config);
  return {options.kind, options.aligning.site(config).layer};
}

// The files that are asked for, opened before the work begins.
class Writer {
 public:
  Writer(const AttentionOptions& options, const ModelConfig& config)
      : options_(options),
        drawn_(drawn_site(options, config)),
        aligning_(options.aligning.site(config)),
        aligning_head_(options.aligning.head_of(config)),
        drawn_head_(drawn_ == aligning_ ? aligning_head_ : options.aligning.head),
        html_(opened(options.html)),
        svg_(opened(options.svg)),
        json_(opened(options.json)),
        alignment_(opened(options.alignment)) {}

  bool wants(const AttentionSite& site) const {
    if (html_ || json_) return true;
    if (svg_ && site == drawn_) return true;
    if (!options_.reference.empty() && site.kind == AttentionSite::Kind::cross) return true;
    return (alignment_ || !options_.has_output()) && site == aligning_;
  }

  // Of a blank pair there is a line of JSON and one of links, both with nothing in them, and no more.
  void write(const AttendedPair& pair) {
    if (pair.is_blank()) {
      if (svg_)
        throw std::runtime_error(fmt::format("line {} is blank: there is nothing to draw (--lines)", pair.line));
      if (json_) json_->write(attention_json(pair));
      if (alignment_) alignment_->write("\n");
      return;
    }
    if (json_) json_->write(attention_json(pair));
    if (html_ && pair.maps.empty()) throw std::runtime_error("the model has no attention with weights to show");
    if (html_) page_.push_back(attention_page_data(pair));
    if (svg_) write_picture(pair);
    if (alignment_) alignment_->write(format_pharaoh(links_of(aligned(pair))) + "\n");
    if (!options_.has_output()) print(alignment_text(pair, aligned(pair)));
  }

  void finish() {
    if (html_ && page_.empty()) throw std::runtime_error("all lines are blank: there is nothing to show");
    if (html_) html_->write(attention_page(page_, options_.translation.model, drawn_, drawn_head_));
    for (const auto* output : {&html_, &svg_, &json_, &alignment_}) {
      if (*output) (*output)->finish();
    }
  }

 private:
  static std::unique_ptr<Output> opened(const std::string& path) {
    return path.empty() ? nullptr : std::make_unique<Output>(path);
  }

  static const AttentionMap& map_of(const AttendedPair& pair, const AttentionSite& site) {
    if (const AttentionMap* map = find_map(pair, site)) return *map;
    throw std::runtime_error(
        fmt::format("the {} attention of layer {} has no weights to show", to_string(site.kind), site.layer));
  }

  WordWeights aligned(const AttendedPair& pair) const {
    const torch::Tensor weights = weights_of_head(map_of(pair, aligning_), aligning_head_);
    return word_weights(weights, pair.source_words, pair.target_words, options_.aligning.step);
  }

  void write_picture(const AttendedPair& pair) {
    const std::string title = fmt::format("{} attention, layer {}, {}", to_string(drawn_.kind), drawn_.layer,
                                          drawn_head_ ? fmt::format("head {}", *drawn_head_) : "mean over heads");
    svg_->write(attention_svg(weights_of_head(map_of(pair, drawn_), drawn_head_), query_tokens(pair, drawn_.kind),
                              key_tokens(pair, drawn_.kind), title));
  }

  const AttentionOptions& options_;
  AttentionSite drawn_, aligning_;
  std::optional<int> aligning_head_, drawn_head_;
  std::unique_ptr<Output> html_, svg_, json_, alignment_;
  std::vector<std::string> page_;
};

}  // namespace

void run_attention(const AttentionOptions& options, Log& log) {
  const Texts texts = read_texts(options);
  if (!options.svg.empty() && texts.pairs.size() != 1)
    throw std::invalid_argument("--svg is a picture of one line; choose it with --lines");
  const AttendingModel model(options.translation, log.notice("dragoman: "));
  Writer writer(options, model.config());
  AlignmentTable table;
  const std::span pairs(texts.pairs);
  for (std::size_t begin = 0; begin < pairs.size(); begin += kBlock) {
    const auto block = model.read(pairs.subspan(begin, std::min(kBlock, pairs.size() - begin)),
                                  [&](const AttentionSite& site) { return writer.wants(site); });
    for (std::size_t i = 0; i < block.size(); ++i) {
      writer.write(block[i]);
      if (texts.references.empty()) continue;
      check_reference(block[i], texts.references[begin + i], options.reference);
      table.add(block[i], texts.references[begin + i]);
    }
  }
  writer.finish();
  if (!texts.references.empty()) print(table.text());
}

}  // namespace dragoman
