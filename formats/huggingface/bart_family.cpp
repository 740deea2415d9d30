#include "formats/huggingface/bart_family.h"

#include "formats/foreign/some_tokens.h"
#include "formats/huggingface/bart_reader.h"
#include "formats/huggingface/byte_level_tokenizer.h"
#include "formats/huggingface/family_options.h"

#include <cstdint>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr BartForm kForm{.family = "BART",
                         .architecture = "BartForConditionalGeneration",
                         .body = "BartModel",
                         .embedding_norm = true,
                         .positions = BartForm::Positions::learned};

// <s> stands before both texts. What was trained on such targets gives it first by itself, where generate() is not told
// to.
void set_ends(std::int32_t begin, BartReader& reader) {
  if (begin == SpecialIds::kNone)
    throw std::runtime_error(
        fmt::format("{}: there is no <s>, with which texts begin", reader.folder().path().string()));
  TextTemplate& form = reader.config().text_template;
  form.source_before = form.target_before = {begin};
  if (reader.folder().generation().has("forced_bos_token_id")) return;
  reader.notes().push_back(
      "translations begin with <s>, as those that BART is trained on do; generate() would let the model choose, for "
      "there is no forced_bos_token_id");
}

}  // namespace

ImportedModel read_bart(HuggingFaceFolder& folder) {
  ForeignOptions& options = folder.tokenizer();
  require_plain_tokenizer(options);
  require_token_names(options, {{"cls_token", "<s>"}, {"sep_token", "</s>"}});
  BartReader reader(folder, kForm);
  reader.read_network();
  const auto [tokenizer, takes_tokens] = read_byte_level_tokenizer(folder, reader.config(), reader.notes());
  reader.require_ids_of(tokenizer, folder.path().string());
  set_ends(tokenizer.special_ids().bos, reader);
  ImportedModel model = reader.finish({tokenizer, tokenizer});
  if (takes_tokens) model.sample = some_tokens(tokenizer);
  return model;
}

}  // namespace dragoman
