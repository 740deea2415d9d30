#include "base/checksum.h"

#include "base/atomic_file.h"
#include "tests/data/temporary_folder.h"

#include <cstddef>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class ChecksumTest : public TemporaryFolderTest {};

// The check value of CRC-32 in the catalogues of such sums.
TEST_F(ChecksumTest, IsThatOfGzip) {
  EXPECT_EQ(crc32_of("123456789"), 0xCBF43926u);
  EXPECT_EQ(crc32_of("789", crc32_of("", crc32_of("123456"))), 0xCBF43926u);
  EXPECT_EQ(crc32_of({}), 0u);
}

TEST_F(ChecksumTest, OfMuchIsThatOfItsPieces) {
  std::string text(21'000'001, 'x');
  for (std::size_t i = 0; i < text.size(); i += 1013) text[i] = static_cast<char>(i / 1013);
  std::uint32_t piece_by_piece = 7;
  for (std::size_t begin = 0; begin < text.size(); begin += 1'000'000)
    piece_by_piece = crc32_of(std::string_view(text).substr(begin, 1'000'000), piece_by_piece);
  EXPECT_EQ(crc32_of(text, 7), piece_by_piece);
}

TEST_F(ChecksumTest, OfAFileIsThatOfItsBytes) {
  std::string text(200'000, 'x');
  text[70'000] = 'y';
  write_file_atomically(folder_ / "file", text);
  EXPECT_EQ(crc32_of_file(folder_ / "file"), crc32_of(text));
  EXPECT_EQ(crc32_of_file(folder_ / "file", 7, 70'001), crc32_of(text.substr(0, 70'001), 7));
  EXPECT_THAT([&] { crc32_of_file(folder_ / "none"); }, ThrowsMessage<std::runtime_error>(HasSubstr("none")));
}

}  // namespace
}  // namespace dragoman
