#pragma once

#include <string>
#include <vector>

namespace dragoman {

struct ImportedModel;

/// Of a model whose lines may begin with a token for the language of their translation, such as >>fra<<: gives its
/// sample the first of `tokens`, says in its notes which there are, and lets it be asked for them by name where
/// `one_vocabulary` has the same tokens on both sides. Nothing happens where there is none.
void offer_target_languages(ImportedModel& model, const std::vector<std::string>& tokens, bool one_vocabulary);

/// The same of pieces such as MADLAD's <2de>, the language de, perhaps with the space before it; what text makes of one
/// stands before a source.
void offer_language_pieces(ImportedModel& model);

}  // namespace dragoman
