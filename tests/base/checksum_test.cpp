#include "base/checksum.h"

#include "base/atomic_file.h"
#include "tests/data/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

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
