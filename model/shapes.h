#pragma once

// The letters that docstrings use for sizes, throughout the program:
//   B  sentences in a batch          D  model width
//   K  beams of a sentence           H  attention heads
//   R  rows of a decoding step       d  width of a head, D / H
//   S  source length                 F  feed-forward width
//   T  target length                 V  vocabulary size
