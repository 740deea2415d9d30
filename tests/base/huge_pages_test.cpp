#include "base/huge_pages.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <new>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

bool holds(const std::byte* begin, std::size_t size, int value) {
  return std::all_of(begin, begin + size, [&](std::byte each) { return std::to_integer<int>(each) == value; });
}

TEST(HugePages, PiecesAreZeroAlignedAndApart) {
  const std::size_t sizes[] = {1, 64, 65, 3 << 20, 20 << 20, 0, 100};
  std::vector<std::shared_ptr<std::byte>> pieces;
  for (const std::size_t size : sizes) {
    pieces.push_back(in_huge_pages(size));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pieces.back().get()) % 64, 0u) << size;
    EXPECT_TRUE(holds(pieces.back().get(), size, 0)) << size;
    std::fill_n(pieces.back().get(), size, static_cast<std::byte>(pieces.size()));
  }
  for (std::size_t i = 0; i < pieces.size(); ++i)
    EXPECT_TRUE(holds(pieces[i].get(), sizes[i], static_cast<int>(i + 1))) << i;
}

TEST(HugePages, OutliveOtherPiecesOfTheirPage) {
  auto first = in_huge_pages(1000);
  const auto second = in_huge_pages(1000);
  std::fill_n(second.get(), 1000, std::byte{7});
  first.reset();
  const auto third = in_huge_pages(1000);
  EXPECT_TRUE(holds(second.get(), 1000, 7));
  EXPECT_TRUE(holds(third.get(), 1000, 0));
}

TEST(HugePages, ThreadsHavePiecesOfTheirOwn) {
  std::vector<std::shared_ptr<std::byte>> pieces(64);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < pieces.size(); i += 4) {
          pieces[i] = in_huge_pages(100'000);
          std::fill_n(pieces[i].get(), 100'000, static_cast<std::byte>(i));
        }
      });
    }
  }
  for (std::size_t i = 0; i < pieces.size(); ++i)
    EXPECT_TRUE(holds(pieces[i].get(), 100'000, static_cast<int>(i))) << i;
}

TEST(HugePages, MoreThanThereIsThrows) {
  EXPECT_THROW(in_huge_pages(std::size_t{1} << 60), std::bad_alloc);
}

}  // namespace
}  // namespace dragoman
