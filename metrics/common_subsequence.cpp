#include "metrics/common_subsequence.h"

#include <algorithm>

namespace dragoman {

std::size_t CommonSubsequence::length(Tokens a, Tokens b) {
  table_.assign(b.size() + 1, 0);  // one row is enough
  for (const std::uint32_t token : a) {
    std::uint32_t diagonal = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::uint32_t above = table_[j];
      table_[j] = token == b[j - 1] ? diagonal + 1 : std::max(above, table_[j - 1]);
      diagonal = above;
    }
  }
  return table_.back();
}

void CommonSubsequence::mark(Tokens a, Tokens b, std::vector<bool>& marks) {
  const std::size_t stride = b.size() + 1;
  table_.assign((a.size() + 1) * stride, 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::uint32_t* above = &table_[(i - 1) * stride];
    std::uint32_t* row = &table_[i * stride];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = a[i - 1] == b[j - 1] ? above[j - 1] + 1 : std::max(above[j], row[j - 1]);
    }
  }
  std::size_t i = a.size(), j = b.size();
  while (i > 0 && j > 0) {
    if (a[i - 1] == b[j - 1]) {
      marks[--i] = true;
      --j;
    } else if (table_[i * stride + j - 1] > table_[(i - 1) * stride + j]) {
      --j;
    } else {
      --i;
    }
  }
}

}  // namespace dragoman
