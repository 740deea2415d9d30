#include "decoding/markup/character_references.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace dragoman {
namespace {

struct NamedCharacter {
  std::string_view name;
  char32_t character;
};

// Those of HTML 4 (section 24), and XML's apos; by name.
constexpr std::array kNamedCharacters = {
    NamedCharacter{"AElig", 198},   NamedCharacter{"Aacute", 193},   NamedCharacter{"Acirc", 194},
    NamedCharacter{"Agrave", 192},  NamedCharacter{"Alpha", 913},    NamedCharacter{"Aring", 197},
    NamedCharacter{"Atilde", 195},  NamedCharacter{"Auml", 196},     NamedCharacter{"Beta", 914},
    NamedCharacter{"Ccedil", 199},  NamedCharacter{"Chi", 935},      NamedCharacter{"Dagger", 8225},
    NamedCharacter{"Delta", 916},   NamedCharacter{"ETH", 208},      NamedCharacter{"Eacute", 201},
    NamedCharacter{"Ecirc", 202},   NamedCharacter{"Egrave", 200},   NamedCharacter{"Epsilon", 917},
    NamedCharacter{"Eta", 919},     NamedCharacter{"Euml", 203},     NamedCharacter{"Gamma", 915},
    NamedCharacter{"Iacute", 205},  NamedCharacter{"Icirc", 206},    NamedCharacter{"Igrave", 204},
    NamedCharacter{"Iota", 921},    NamedCharacter{"Iuml", 207},     NamedCharacter{"Kappa", 922},
    NamedCharacter{"Lambda", 923},  NamedCharacter{"Mu", 924},       NamedCharacter{"Ntilde", 209},
    NamedCharacter{"Nu", 925},      NamedCharacter{"OElig", 338},    NamedCharacter{"Oacute", 211},
    NamedCharacter{"Ocirc", 212},   NamedCharacter{"Ograve", 210},   NamedCharacter{"Omega", 937},
    NamedCharacter{"Omicron", 927}, NamedCharacter{"Oslash", 216},   NamedCharacter{"Otilde", 213},
    NamedCharacter{"Ouml", 214},    NamedCharacter{"Phi", 934},      NamedCharacter{"Pi", 928},
    NamedCharacter{"Prime", 8243},  NamedCharacter{"Psi", 936},      NamedCharacter{"Rho", 929},
    NamedCharacter{"Scaron", 352},  NamedCharacter{"Sigma", 931},    NamedCharacter{"THORN", 222},
    NamedCharacter{"Tau", 932},     NamedCharacter{"Theta", 920},    NamedCharacter{"Uacute", 218},
    NamedCharacter{"Ucirc", 219},   NamedCharacter{"Ugrave", 217},   NamedCharacter{"Upsilon", 933},
    NamedCharacter{"Uuml", 220},    NamedCharacter{"Xi", 926},       NamedCharacter{"Yacute", 221},
    NamedCharacter{"Yuml", 376},    NamedCharacter{"Zeta", 918},     NamedCharacter{"aacute", 225},
    NamedCharacter{"acirc", 226},   NamedCharacter{"acute", 180},    NamedCharacter{"aelig", 230},
    NamedCharacter{"agrave", 224},  NamedCharacter{"alefsym", 8501}, NamedCharacter{"alpha", 945},
    NamedCharacter{"amp", 38},      NamedCharacter{"and", 8743},     NamedCharacter{"ang", 8736},
    NamedCharacter{"apos", 39},     NamedCharacter{"aring", 229},    NamedCharacter{"asymp", 8776},
    NamedCharacter{"atilde", 227},  NamedCharacter{"auml", 228},     NamedCharacter{"bdquo", 8222},
    NamedCharacter{"beta", 946},    NamedCharacter{"brvbar", 166},   NamedCharacter{"bull", 8226},
    NamedCharacter{"cap", 8745},    NamedCharacter{"ccedil", 231},   NamedCharacter{"cedil", 184},
    NamedCharacter{"cent", 162},    NamedCharacter{"chi", 967},      NamedCharacter{"circ", 710},
    NamedCharacter{"clubs", 9827},  NamedCharacter{"cong", 8773},    NamedCharacter{"copy", 169},
    NamedCharacter{"crarr", 8629},  NamedCharacter{"cup", 8746},     NamedCharacter{"curren", 164},
    NamedCharacter{"dArr", 8659},   NamedCharacter{"dagger", 8224},  NamedCharacter{"darr", 8595},
    NamedCharacter{"deg", 176},     NamedCharacter{"delta", 948},    NamedCharacter{"diams", 9830},
    NamedCharacter{"divide", 247},  NamedCharacter{"eacute", 233},   NamedCharacter{"ecirc", 234},
    NamedCharacter{"egrave", 232},  NamedCharacter{"empty", 8709},   NamedCharacter{"emsp", 8195},
    NamedCharacter{"ensp", 8194},   NamedCharacter{"epsilon", 949},  NamedCharacter{"equiv", 8801},
    NamedCharacter{"eta", 951},     NamedCharacter{"eth", 240},      NamedCharacter{"euml", 235},
    NamedCharacter{"euro", 8364},   NamedCharacter{"exist", 8707},   NamedCharacter{"fnof", 402},
    NamedCharacter{"forall", 8704}, NamedCharacter{"frac12", 189},   NamedCharacter{"frac14", 188},
    NamedCharacter{"frac34", 190},  NamedCharacter{"frasl", 8260},   NamedCharacter{"gamma", 947},
    NamedCharacter{"ge", 8805},     NamedCharacter{"gt", 62},        NamedCharacter{"hArr", 8660},
    NamedCharacter{"harr", 8596},   NamedCharacter{"hearts", 9829},  NamedCharacter{"hellip", 8230},
    NamedCharacter{"iacute", 237},  NamedCharacter{"icirc", 238},    NamedCharacter{"iexcl", 161},
    NamedCharacter{"igrave", 236},  NamedCharacter{"image", 8465},   NamedCharacter{"infin", 8734},
    NamedCharacter{"int", 8747},    NamedCharacter{"iota", 953},     NamedCharacter{"iquest", 191},
    NamedCharacter{"isin", 8712},   NamedCharacter{"iuml", 239},     NamedCharacter{"kappa", 954},
    NamedCharacter{"lArr", 8656},   NamedCharacter{"lambda", 955},   NamedCharacter{"lang", 9001},
    NamedCharacter{"laquo", 171},   NamedCharacter{"larr", 8592},    NamedCharacter{"lceil", 8968},
    NamedCharacter{"ldquo", 8220},  NamedCharacter{"le", 8804},      NamedCharacter{"lfloor", 8970},
    NamedCharacter{"lowast", 8727}, NamedCharacter{"loz", 9674},     NamedCharacter{"lrm", 8206},
    NamedCharacter{"lsaquo", 8249}, NamedCharacter{"lsquo", 8216},   NamedCharacter{"lt", 60},
    NamedCharacter{"macr", 175},    NamedCharacter{"mdash", 8212},   NamedCharacter{"micro", 181},
    NamedCharacter{"middot", 183},  NamedCharacter{"minus", 8722},   NamedCharacter{"mu", 956},
    NamedCharacter{"nabla", 8711},  NamedCharacter{"nbsp", 160},     NamedCharacter{"ndash", 8211},
    NamedCharacter{"ne", 8800},     NamedCharacter{"ni", 8715},      NamedCharacter{"not", 172},
    NamedCharacter{"notin", 8713},  NamedCharacter{"nsub", 8836},    NamedCharacter{"ntilde", 241},
    NamedCharacter{"nu", 957},      NamedCharacter{"oacute", 243},   NamedCharacter{"ocirc", 244},
    NamedCharacter{"oelig", 339},   NamedCharacter{"ograve", 242},   NamedCharacter{"oline", 8254},
    NamedCharacter{"omega", 969},   NamedCharacter{"omicron", 959},  NamedCharacter{"oplus", 8853},
    NamedCharacter{"or", 8744},     NamedCharacter{"ordf", 170},     NamedCharacter{"ordm", 186},
    NamedCharacter{"oslash", 248},  NamedCharacter{"otilde", 245},   NamedCharacter{"otimes", 8855},
    NamedCharacter{"ouml", 246},    NamedCharacter{"para", 182},     NamedCharacter{"part", 8706},
    NamedCharacter{"permil", 8240}, NamedCharacter{"perp", 8869},    NamedCharacter{"phi", 966},
    NamedCharacter{"pi", 960},      NamedCharacter{"piv", 982},      NamedCharacter{"plusmn", 177},
    NamedCharacter{"pound", 163},   NamedCharacter{"prime", 8242},   NamedCharacter{"prod", 8719},
    NamedCharacter{"prop", 8733},   NamedCharacter{"psi", 968},      NamedCharacter{"quot", 34},
    NamedCharacter{"rArr", 8658},   NamedCharacter{"radic", 8730},   NamedCharacter{"rang", 9002},
    NamedCharacter{"raquo", 187},   NamedCharacter{"rarr", 8594},    NamedCharacter{"rceil", 8969},
    NamedCharacter{"rdquo", 8221},  NamedCharacter{"real", 8476},    NamedCharacter{"reg", 174},
    NamedCharacter{"rfloor", 8971}, NamedCharacter{"rho", 961},      NamedCharacter{"rlm", 8207},
    NamedCharacter{"rsaquo", 8250}, NamedCharacter{"rsquo", 8217},   NamedCharacter{"sbquo", 8218},
    NamedCharacter{"scaron", 353},  NamedCharacter{"sdot", 8901},    NamedCharacter{"sect", 167},
    NamedCharacter{"shy", 173},     NamedCharacter{"sigma", 963},    NamedCharacter{"sigmaf", 962},
    NamedCharacter{"sim", 8764},    NamedCharacter{"spades", 9824},  NamedCharacter{"sub", 8834},
    NamedCharacter{"sube", 8838},   NamedCharacter{"sum", 8721},     NamedCharacter{"sup", 8835},
    NamedCharacter{"sup1", 185},    NamedCharacter{"sup2", 178},     NamedCharacter{"sup3", 179},
    NamedCharacter{"supe", 8839},   NamedCharacter{"szlig", 223},    NamedCharacter{"tau", 964},
    NamedCharacter{"there4", 8756}, NamedCharacter{"theta", 952},    NamedCharacter{"thetasym", 977},
    NamedCharacter{"thinsp", 8201}, NamedCharacter{"thorn", 254},    NamedCharacter{"tilde", 732},
    NamedCharacter{"times", 215},   NamedCharacter{"trade", 8482},   NamedCharacter{"uArr", 8657},
    NamedCharacter{"uacute", 250},  NamedCharacter{"uarr", 8593},    NamedCharacter{"ucirc", 251},
    NamedCharacter{"ugrave", 249},  NamedCharacter{"uml", 168},      NamedCharacter{"upsih", 978},
    NamedCharacter{"upsilon", 965}, NamedCharacter{"uuml", 252},     NamedCharacter{"weierp", 8472},
    NamedCharacter{"xi", 958},      NamedCharacter{"yacute", 253},   NamedCharacter{"yen", 165},
    NamedCharacter{"yuml", 255},    NamedCharacter{"zeta", 950},     NamedCharacter{"zwj", 8205},
    NamedCharacter{"zwnj", 8204}};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

std::string utf8_of(char32_t c) {
  std::string bytes;
  const auto add = [&](std::uint32_t byte) { bytes += static_cast<char>(byte); };
  const auto add_rest = [&](int shift) { add(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | (c >> 6));
    add_rest(0);
  } else if (c < 0x10000) {
    add(0xE0 | (c >> 12));
    add_rest(6);
    add_rest(0);
  } else {
    add(0xF0 | (c >> 18));
    add_rest(12);
    add_rest(6);
    add_rest(0);
  }
  return bytes;
}

bool is_text_character(char32_t c) {
  const bool control = c < 0x20 && c != '\t' && c != '\n' && c != '\r';
  return !control && c != 0x7F && c < 0x110000 && !(c >= 0xD800 && c <= 0xDFFF) && (c & 0xFFFE) != 0xFFFE;
}

// The digits behind "&#"; none of a number that is no character.
std::optional<char32_t> number_of(std::string_view digits) {
  const bool hex = !digits.empty() && (digits.front() == 'x' || digits.front() == 'X');
  if (hex) digits.remove_prefix(1);
  char32_t value = 0;
  if (digits.empty()) return std::nullopt;
  for (const char c : digits) {
    const bool digit = c >= '0' && c <= '9', letter = hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
    if (!digit && !letter) return std::nullopt;
    value = value * (hex ? 16 : 10) + static_cast<char32_t>(digit ? c - '0' : (c | 0x20) - 'a' + 10);
    if (value >= 0x110000) return std::nullopt;
  }
  return value;
}

std::string character_named(std::string_view name, Markup markup) {
  constexpr std::array<std::string_view, 5> kOfXml = {"amp", "apos", "gt", "lt", "quot"};
  if (markup == Markup::xml && std::ranges::count(kOfXml, name) == 0) return {};
  const auto found = std::ranges::lower_bound(kNamedCharacters, name, {}, &NamedCharacter::name);
  return found != kNamedCharacters.end() && found->name == name ? utf8_of(found->character) : std::string();
}

}  // namespace

std::optional<CharacterReference> reference_at(std::string_view text, Markup markup) {
  if (!text.starts_with('&')) return std::nullopt;
  const bool number = text.substr(1).starts_with('#');
  const std::size_t begin = number ? 2 : 1;
  std::size_t end = begin;
  while (end < text.size() && is_name_character(text[end])) ++end;
  if (end == begin || end == text.size() || text[end] != ';') return std::nullopt;
  const std::string_view name = text.substr(begin, end - begin);
  CharacterReference reference{end + 1, {}};
  if (!number) {
    reference.text = character_named(name, markup);
  } else if (const auto value = number_of(name); value && is_text_character(*value)) {
    reference.text = utf8_of(*value);
  }
  return reference;
}

}  // namespace dragoman
