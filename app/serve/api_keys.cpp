#include "app/serve/api_keys.h"

#include "base/hex.h"
#include "data/line_reader.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdexcept>

namespace dragoman {
namespace {

// Empty for what is not so many bytes in hexadecimal digits.
std::string bytes_of(std::string_view digits, std::size_t count) {
  if (digits.size() != 2 * count) return {};
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const auto byte = byte_of_hex(digits.substr(2 * i, 2));
    if (!byte) return {};
    bytes += static_cast<char>(*byte);
  }
  return bytes;
}

}  // namespace

ApiKeys::ApiKeys(const std::string& file) {
  LineReader reader(file, Utf8::refuse);
  for (std::string line; reader.next(line);) {
    if (line.empty() || line.starts_with('#')) continue;
    hashes_.push_back(bytes_of(std::string_view(line).substr(0, line.find_first_of(" \t")), kBytes));
    if (!hashes_.back().empty()) continue;
    throw std::runtime_error(
        fmt::format("{}:{}: this does not begin with a SHA-256 in 64 hexadecimal digits; `printf %s KEY | sha256sum` "
                    "prints that of a key",
                    reader.name(), reader.line_number()));
  }
}

bool ApiKeys::has(std::string_view key) const {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(key.data(), key.size(), hash, &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("the hash of an API key could not be computed");
  bool found = false;
  for (const std::string& one : hashes_) found |= CRYPTO_memcmp(one.data(), hash, kBytes) == 0;
  return found;
}

}  // namespace dragoman
