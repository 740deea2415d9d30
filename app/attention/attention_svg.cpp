#include "app/attention/attention_view.h"
#include "base/markup.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <string_view>

namespace dragoman {
namespace {

constexpr int kCell = 22;    // pixels
constexpr int kMargin = 12;  // around everything
constexpr int kGap = 6;      // between labels and cells
constexpr int kLetter = 8;   // the width of one, on average, at kFontSize
constexpr int kFontSize = 13;
constexpr int kTitle = 28;  // height of its line

// Of the longest token, in pixels. A character beyond the alphabets (Chinese, say) is twice as wide.
int width_of(std::span<const std::string> tokens) {
  int widest = 0;
  for (const std::string& token : tokens) {
    int letters = 0;
    for (const char byte : token) {
      const auto value = static_cast<unsigned char>(byte);
      letters += value < 0x80 || (value >= 0xC0 && value < 0xE3) ? 1 : value >= 0xE3 ? 2 : 0;
    }
    widest = std::max(widest, letters * kLetter);
  }
  return widest;
}

template <typename... Values>
void append(std::string& svg, fmt::format_string<Values...> form, Values&&... values) {
  fmt::format_to(std::back_inserter(svg), form, std::forward<Values>(values)...);
}

}  // namespace

std::string attention_svg(const torch::Tensor& weights, std::span<const std::string> queries,
                          std::span<const std::string> keys, const std::string& title) {
  const auto rows = static_cast<int>(queries.size()), columns = static_cast<int>(keys.size());
  TORCH_CHECK(weights.dim() == 2 && weights.size(0) == rows && weights.size(1) == columns,
              "attention_svg: the weights must have shape [", rows, ", ", columns, "], not ", weights.sizes());
  // Labels of the columns rise at 60 degrees: so high, and the last one so far to the right of its cell.
  const int label = width_of(keys), rise = label * 87 / 100 + kFontSize, overhang = label / 2;
  const int left = kMargin + width_of(queries) + kGap, top = kMargin + kTitle + rise + kGap;
  const int width =
      std::max(left + columns * kCell + overhang, kMargin + static_cast<int>(title.size()) * kLetter) + kMargin;
  const int height = top + rows * kCell + kMargin;

  std::string svg;
  append(svg,
         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
         "font-family=\"system-ui, sans-serif\" font-size=\"{2}\" fill=\"#1c2333\">\n",
         width, height, kFontSize);
  append(svg, "<title>{0}</title>\n<rect width=\"{1}\" height=\"{2}\" fill=\"#ffffff\"/>\n", escape_xml(title), width,
         height);
  append(svg, "<text x=\"{}\" y=\"{}\" font-weight=\"600\">{}</text>\n", kMargin, kMargin + kFontSize,
         escape_xml(title));
  for (int column = 0; column < columns; ++column) {
    append(svg, "<text transform=\"translate({} {}) rotate(-60)\">{}</text>\n", left + column * kCell + kCell / 2 + 4,
           top - kGap, escape_xml(keys[static_cast<std::size_t>(column)]));
  }
  const auto values = weights.accessor<float, 2>();
  for (int row = 0; row < rows; ++row) {
    const std::string query = escape_xml(queries[static_cast<std::size_t>(row)]);
    append(svg, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n", left - kGap,
           top + row * kCell + kCell / 2 + 5, query);
    for (int column = 0; column < columns; ++column) {
      const float weight = values[row][column];
      append(svg,
             "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#1d4ed8\" fill-opacity=\"{:.3f}\">"
             "<title>{} → {}: {:.4f}</title></rect>\n",
             left + column * kCell, top + row * kCell, kCell - 1, kCell - 1, weight, query,
             escape_xml(keys[static_cast<std::size_t>(column)]), weight);
    }
  }
  append(svg, "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#d9dee7\"/>\n</svg>\n",
         left - 1, top - 1, columns * kCell + 1, rows * kCell + 1);
  return svg;
}

}  // namespace dragoman
