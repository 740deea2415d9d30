#include "tokenizer/model_file.h"

#include <cstddef>
#include <cstdint>

namespace dragoman {
namespace {

// The fields of one protocol buffers message, in order.
class Fields {
 public:
  explicit Fields(std::string_view message) : rest_(message) {}

  // Goes to the next field; false at the end, and where the message is damaged.
  bool next() {
    if (rest_.empty()) return false;
    const std::uint64_t tag = read_varint();
    number_ = tag >> 3;
    switch (tag & 7) {
      case 0:
        value_ = read_varint();
        return true;
      case 1:
        return take(8);
      case 2:
        return take(read_varint());
      case 5:
        return take(4);
      default:
        return false;
    }
  }

  std::uint64_t number() const { return number_; }
  std::uint64_t value() const { return value_; }           // of a varint
  std::string_view contents() const { return contents_; }  // of anything else

 private:
  std::uint64_t read_varint() {
    std::uint64_t value = 0;
    for (int shift = 0; !rest_.empty() && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) break;
    }
    return value;
  }

  bool take(std::uint64_t size) {
    if (size > rest_.size()) return false;
    contents_ = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return true;
  }

  std::string_view rest_, contents_;
  std::uint64_t number_ = 0, value_ = 0;
};

Segmentation segmentation_of(std::string_view trainer_spec) {
  constexpr std::uint64_t kModelType = 3, kUnigram = 1, kBpe = 2;
  std::uint64_t type = kUnigram;
  for (Fields fields(trainer_spec); fields.next();) {
    if (fields.number() == kModelType) type = fields.value();
  }
  return type == kUnigram ? Segmentation::unigram : type == kBpe ? Segmentation::bpe : Segmentation::other;
}

std::string_view name_of_piece(std::string_view piece) {
  constexpr std::uint64_t kName = 1;
  std::string_view name;
  for (Fields fields(piece); fields.next();) {
    if (fields.number() == kName) name = fields.contents();
  }
  return name;
}

}  // namespace

ModelFileFacts read_model_file(std::string_view bytes) {
  constexpr std::uint64_t kTrainerSpec = 2;
  for (Fields fields(bytes); fields.next();) {
    if (fields.number() == kTrainerSpec) return {true, segmentation_of(fields.contents())};
  }
  return {};
}

std::vector<std::string> pieces_in(std::string_view bytes) {
  constexpr std::uint64_t kPiece = 1;
  std::vector<std::string> pieces;
  for (Fields fields(bytes); fields.next();) {
    if (fields.number() == kPiece) pieces.emplace_back(name_of_piece(fields.contents()));
  }
  return pieces;
}

std::string_view charsmap_in(std::string_view bytes) {
  constexpr std::uint64_t kNormaliser = 3, kCharsmap = 2;
  std::string_view charsmap;
  for (Fields fields(bytes); fields.next();) {
    if (fields.number() != kNormaliser) continue;
    for (Fields inner(fields.contents()); inner.next();) {
      if (inner.number() == kCharsmap) charsmap = inner.contents();
    }
  }
  return charsmap;
}

}  // namespace dragoman
