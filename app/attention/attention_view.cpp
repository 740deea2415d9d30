#include "app/attention/attention_view.h"

#include "app/attention/attention_html.h"
#include "base/markup.h"
#include "metrics/text_table.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;
using Kind = AttentionSite::Kind;

// The texts and tokens, which both forms begin with.
Json sentences_json(const AttendedPair& pair) {
  return {{"line", pair.line},
          {"source", pair.source},
          {"target", pair.target},
          {"source_tokens", pair.source_tokens},
          {"target_tokens", pair.target_tokens},
          {"read_tokens", pair.read_tokens}};
}

double rounded(double value, double scale) {
  return std::round(value * scale) / scale;
}

Json rows_json(const torch::Tensor& weights) {
  const std::int64_t queries = weights.size(0), keys = weights.size(1);
  const float* value = weights.const_data_ptr<float>();
  Json rows = Json::array();
  for (std::int64_t query = 0; query < queries; ++query) {
    Json row = Json::array();
    for (std::int64_t key = 0; key < keys; ++key) row.push_back(rounded(*value++, 1e6));
    rows.push_back(std::move(row));
  }
  return rows;
}

// All of one head's weights, row by row, a character each: 91 levels of the square root, so that small weights differ,
// too, in the printable characters that neither a string of JSON nor a script escapes. A '~' and a level stand for a
// run of zeros of that length. The page undoes it.
Json packed(const torch::Tensor& weights) {
  constexpr std::string_view kLevels =
      " !#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}";
  constexpr std::size_t kHighest = kLevels.size() - 1;
  const float* value = weights.const_data_ptr<float>();
  std::string characters;
  std::size_t zeros = 0;
  const auto end_run = [&] {
    if (zeros > 2) {
      characters += {'~', kLevels[zeros]};
    } else {
      characters.append(zeros, kLevels[0]);
    }
    zeros = 0;
  };
  for (std::int64_t i = 0; i < weights.numel(); ++i) {
    const float root = value[i] > 0 ? std::sqrt(std::min(value[i], 1.0F)) : 0.0F;
    const auto level = static_cast<std::size_t>(std::lround(root * static_cast<float>(kHighest)));
    if (level == 0 && ++zeros < kHighest) continue;
    end_run();
    if (level > 0) characters += kLevels[level];
  }
  end_run();
  return characters;
}

template <typename HeadWeights>
Json maps_json(const AttendedPair& pair, double entropy_scale, const HeadWeights& weights_json) {
  Json maps = Json::array();
  for (const AttentionMap& map : pair.maps) {
    const std::vector<double> entropies = entropy_of_heads(map);
    Json heads = Json::array();
    for (std::size_t head = 0; head < entropies.size(); ++head) {
      heads.push_back({{"entropy_bits", rounded(entropies[head], entropy_scale)},
                       {"weights", weights_json(map.weights[static_cast<std::int64_t>(head)])}});
    }
    maps.push_back({{"kind", to_string(map.site.kind)}, {"layer", map.site.layer}, {"heads", std::move(heads)}});
  }
  return maps;
}

std::string text_of(const std::string& text, TextRange range) {
  return text.substr(range.begin, range.end - range.begin);
}

Json words_json(const std::string& text, const TokensOfWords& tokens) {
  Json words = Json::array();
  const std::vector<TextRange> ranges = words_of(text);
  for (std::size_t i = 0; i < ranges.size(); ++i)
    words.push_back({{"text", text_of(text, ranges[i])}, {"tokens", tokens[i]}});
  return words;
}

}  // namespace

std::span<const std::string> query_tokens(const AttendedPair& pair, Kind kind) {
  return kind == Kind::encoder_self ? pair.source_tokens : pair.target_tokens;
}

std::span<const std::string> key_tokens(const AttendedPair& pair, Kind kind) {
  return kind == Kind::decoder_self ? pair.read_tokens : pair.source_tokens;
}

const AttentionMap* find_map(const AttendedPair& pair, const AttentionSite& site) {
  const auto found = std::ranges::find(pair.maps, site, &AttentionMap::site);
  return found == pair.maps.end() ? nullptr : &*found;
}

std::string attention_json(const AttendedPair& pair) {
  Json line = sentences_json(pair);
  line["attention"] = maps_json(pair, 1e6, rows_json);
  return line.dump() + "\n";
}

std::string alignment_text(const AttendedPair& pair, const WordWeights& weights) {
  const std::vector<TextRange> sources = words_of(pair.source), targets = words_of(pair.target);
  TextTable table{{"target", "source", "weight"}};
  for (const auto& [source, target] : links_of(weights)) {
    const auto s = static_cast<std::size_t>(source), t = static_cast<std::size_t>(target);
    table.push_back(
        {text_of(pair.target, targets[t]), text_of(pair.source, sources[s]), fmt::format("{:.2f}", weights.row(t)[s])});
  }
  return fmt::format("{}: {}\n{}: {}\n\n{}\n", pair.line, pair.source, pair.line, pair.target, format_columns(table));
}

std::string attention_page_data(const AttendedPair& pair) {
  Json data = sentences_json(pair);
  data["source_words"] = words_json(pair.source, pair.source_words);
  data["target_words"] = words_json(pair.target, pair.target_words);
  data["maps"] = maps_json(pair, 1e2, packed);
  return data.dump();
}

std::string attention_page(std::span<const std::string> pairs, const std::string& model, const AttentionSite& opened,
                           std::optional<int> head) {
  const Json view = {
      {"kind", to_string(opened.kind)}, {"layer", opened.layer}, {"head", head ? Json(*head) : Json("mean")}};
  std::string data = fmt::format(R"({{"model":{},"view":{},"pairs":[)", Json(printable(model)).dump(), view.dump());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i > 0) data += ',';
    data += pairs[i];
  }
  data += "]}";
  constexpr std::string_view kPlace = "@DATA@";
  const std::size_t place = kAttentionHtml.find(kPlace);
  std::string html(kAttentionHtml.substr(0, place));
  html += json_in_script(data);
  html += kAttentionHtml.substr(place + kPlace.size());
  return html;
}

}  // namespace dragoman
