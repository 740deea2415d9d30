#include "decoding/markup/decoded_text.h"

#include "base/utf8.h"
#include "decoding/markup/character_references.h"

namespace dragoman {
namespace {

DecodedText decode(std::string_view bytes, Markup markup, bool until_unknown) {
  DecodedText decoded;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto reference = markup == Markup::none ? std::nullopt : reference_at(bytes.substr(at), markup);
    const bool is_known = reference && !reference->text.empty();
    if (reference && !is_known && until_unknown) break;
    const std::string_view written = bytes.substr(at, reference ? reference->length : 1);
    if (is_known) decoded.references.emplace_back(decoded.text.size(), written);
    const std::string_view text = is_known ? std::string_view(reference->text) : written;
    decoded.text += text;
    decoded.source.insert(decoded.source.end(), text.size(), at);
    at += written.size();
  }
  decoded.source.push_back(at);
  return decoded;
}

}  // namespace

DecodedText decode_text(std::string_view bytes, Markup markup) {
  return decode(bytes, markup, false);
}

DecodedText decode_until_unknown(std::string_view bytes, Markup markup) {
  return decode(bytes, markup, true);
}

std::size_t spaces_at_begin(std::string_view text) {
  std::size_t at = 0;
  while (const std::size_t length = at < text.size() ? space_length(text, at) : 0) at += length;
  return at;
}

std::size_t spaces_at_end(std::string_view text) {
  std::size_t begin = text.size();
  for (std::size_t at = text.size(); at > 0;) {
    --at;
    if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
    if (space_length(text, at) == 0) break;
    begin = at;
  }
  return text.size() - begin;
}

std::string with_single_blanks(std::string_view text) {
  std::string single;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t spaces = spaces_at_begin(text.substr(at));
    at += spaces;
    if (spaces > 0 && at < text.size() && !single.empty()) single += ' ';
    if (at < text.size()) single += text[at++];
  }
  return single;
}

}  // namespace dragoman
