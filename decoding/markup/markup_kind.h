#pragma once

#include "base/enum_names.h"

namespace dragoman {

/// What is read as markup in a text.
enum class Markup { none, html, xml };

template <>
inline constexpr auto kEnumNames<Markup> =
    enum_names<Markup>({{Markup::none, "none"}, {Markup::html, "html"}, {Markup::xml, "xml"}});

}  // namespace dragoman
