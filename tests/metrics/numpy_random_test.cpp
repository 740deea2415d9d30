#include "metrics/numpy_random.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

nlohmann::json golden() {
  std::ifstream file(DRAGOMAN_FIXTURES "/numpy_random_golden.json");
  return nlohmann::json::parse(file);
}

TEST(NumpyRandom, DrawsTheIntegersOfNumPy) {
  const nlohmann::json all = golden()["integers"];
  for (const auto& expected : all) {
    NumpyRandom random(expected["seed"].get<std::uint64_t>());
    std::vector<std::uint32_t> values(7 * 300);
    // In two calls: the half of a number that the first leaves belongs to the second.
    random.integers(expected["bound"], std::span(values).first(701));
    random.integers(expected["bound"], std::span(values).subspan(701));
    std::uint32_t checksum = 0;
    for (const std::uint32_t value : values) checksum = checksum * 31 + value;
    EXPECT_EQ(std::vector(values.begin(), values.begin() + 8), expected["first"].get<std::vector<std::uint32_t>>());
    EXPECT_EQ(checksum, expected["checksum"].get<std::uint32_t>()) << expected["seed"] << " " << expected["bound"];
  }
}

TEST(NumpyRandom, DrawsTheBitsOfNumPy) {
  const nlohmann::json all = golden()["bits"];
  for (const auto& expected : all) {
    NumpyRandom random(expected["seed"].get<std::uint64_t>());
    random.begin_bits();
    const auto columns = expected["columns"].get<std::size_t>();
    std::vector<std::uint8_t> bytes((columns + 7) / 8);
    std::uint32_t checksum = 0;
    for (std::size_t row = 0; row < 20; ++row) {
      random.bits(columns, bytes);
      std::string text;
      for (std::size_t i = 0; i < columns; ++i) text += (bytes[i / 8] >> i % 8 & 1) == 1 ? '1' : '0';
      for (const char bit : text) checksum = checksum * 31 + (bit == '1' ? 1 : 0);
      if (row < 3) {
        EXPECT_EQ(text, expected["rows"][row].get<std::string>());
      }
    }
    EXPECT_EQ(checksum, expected["checksum"].get<std::uint32_t>()) << expected["seed"] << " " << columns;
  }
}

TEST(NumpyRandom, BitsBeyondTheCountAreZero) {
  NumpyRandom random(7);
  random.begin_bits();
  for (int i = 0; i < 50; ++i) {
    std::uint8_t byte = 0xFF;
    random.bits(3, {&byte, 1});
    EXPECT_LT(byte, 8);
  }
}

TEST(NumpyRandom, RefusesWhatCannotBeDrawn) {
  NumpyRandom random(7);
  std::vector<std::uint32_t> values(1);
  EXPECT_THROW(random.integers(0, values), std::invalid_argument);
  std::uint8_t byte = 0;
  EXPECT_THROW(random.bits(9, {&byte, 1}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
