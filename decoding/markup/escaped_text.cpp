#include "decoding/markup/escaped_text.h"

namespace dragoman {
namespace {

std::size_t character_length(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end - at;
}

std::string usual_form(std::string_view character) {
  if (character == "&") return "&amp;";
  if (character == "<") return "&lt;";
  if (character == ">") return "&gt;";
  return std::string(character);
}

}  // namespace

EscapedText::EscapedText(const MarkedBlock& block) : markup_(block.markup) {
  if (markup_ == Markup::none) return;
  forms_[">"];  // means nothing where it begins no tag
  for (const MarkedItem& item : block.items) {
    if (item.kind != MarkedItem::Kind::kText) continue;
    for (const auto& [at, written] : item.references) forms_[item.text.substr(at, character_length(item.text, at))];
  }
  for (const MarkedItem& item : block.items) {
    if (item.kind != MarkedItem::Kind::kText) continue;
    auto reference = item.references.begin();
    for (std::size_t at = 0; at < item.text.size();) {
      const std::string_view character = std::string_view(item.text).substr(at, character_length(item.text, at));
      const bool was_reference = reference != item.references.end() && reference->first == at;
      if (const auto found = forms_.find(character); found != forms_.end()) {
        const bool is_safe = character != "&" && character != "<";
        found->second.written.push_back(was_reference ? reference->second
                                        : is_safe     ? std::string(character)
                                                      : usual_form(character));
      }
      if (was_reference) ++reference;
      at += character.size();
    }
  }
}

std::string EscapedText::operator()(std::string_view text) {
  if (markup_ == Markup::none) return std::string(text);
  std::string escaped;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view character = text.substr(at, character_length(text, at));
    escaped += form_of(character);
    before_ = character.back();
    at += character.size();
  }
  return escaped;
}

std::string EscapedText::form_of(std::string_view character) {
  const auto found = forms_.find(character);
  if (found == forms_.end() || found->second.used == found->second.written.size()) return usual_form(character);
  const std::string& form = found->second.written[found->second.used++];
  return form == ">" && before_ == ']' ? usual_form(form) : form;  // "]]>" must not stand in the text of XML
}

}  // namespace dragoman
