#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// How a model cuts text into pieces.
enum class Segmentation { unigram, bpe, other };

/// What SentencePiece's interface does not tell of a model file, a serialised ModelProto (sentencepiece_model.proto).
struct ModelFileFacts {
  bool complete = false;  ///< the trainer_spec is there: a file cut between two pieces, which is valid, has none
  Segmentation segmentation = Segmentation::unigram;
};

ModelFileFacts read_model_file(std::string_view bytes);

/// The pieces of a model file by their ids, as many as can be read.
std::vector<std::string> pieces_in(std::string_view bytes);

/// The compiled table of its normaliser (precompiled_charsmap), empty where there is none.
std::string_view charsmap_in(std::string_view bytes);

}  // namespace dragoman
