#include "formats/huggingface/marian_family.h"

#include "formats/foreign/target_languages.h"
#include "formats/huggingface/bart_reader.h"
#include "formats/huggingface/family_options.h"
#include "formats/huggingface/table_tokenizers.h"

#include <utility>

namespace dragoman {
namespace {

constexpr BartForm kForm{.family = "MarianMT",
                         .architecture = "MarianMTModel",
                         .may_share_in_part = true,
                         .vocabulary = 58101,
                         .pad = 58100,
                         .end = 0,
                         .start = 58100};

}  // namespace

ImportedModel read_marian(HuggingFaceFolder& folder) {
  BartReader reader(folder, kForm);
  require_plain_tokenizer(folder.tokenizer());
  reader.read_network();
  read_pair_of_languages(folder, reader.config().trained_on);
  TableTokenizers read = read_table_tokenizers(folder, reader.config(), reader.notes());
  ImportedModel model = reader.finish(std::move(read.tokenizers));
  offer_target_languages(model, read.languages, read.one_table);
  return model;
}

}  // namespace dragoman
