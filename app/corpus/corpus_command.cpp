#include "app/commands.h"
#include "app/corpus/corpus.h"
#include "formats/model_directory.h"

#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

SideTokenizers tokenizers_of_model(const std::string& directory) {
  Tokenizers tokenizers = load_tokenizers(directory);
  return {std::move(tokenizers.source), std::move(tokenizers.target)};
}

}  // namespace

int corpus_command(const std::vector<std::string>& arguments) {
  return *corpus(arguments, tokenizers_of_model);
}

}  // namespace dragoman
