# Finds SentencePiece, and links with a copy of it that keeps to itself what LibTorch has under the same names.
#
# Debian's libsentencepiece and LibTorch's libc10 both export a variable FLAGS_minloglevel, of 32 and of 4 bytes. Bound
# to one memory, the constructor of the first overwrites the neighbours of the second: c10's flag that turns each failed
# allocation into an abort, for one. cmake/keep_apart.cpp hides such symbols in the copy.
# Defines SentencePiece::SentencePiece, SentencePiece::Trainer and SENTENCEPIECE_COPY, the copy's path.
pkg_check_modules(SentencePiece REQUIRED sentencepiece)
find_library(SENTENCEPIECE_LIBRARY sentencepiece HINTS ${SentencePiece_LIBRARY_DIRS} REQUIRED)
find_library(SENTENCEPIECE_TRAIN_LIBRARY sentencepiece_train HINTS ${SentencePiece_LIBRARY_DIRS} REQUIRED)

# The copy has the name under which programs and the trainer's library look for the original.
execute_process(COMMAND "${CMAKE_COMMAND}" -E env LC_ALL=C "${CMAKE_READELF}" -d "${SENTENCEPIECE_LIBRARY}"
  OUTPUT_VARIABLE _sentencepiece_dynamic COMMAND_ERROR_IS_FATAL ANY)
if(NOT _sentencepiece_dynamic MATCHES "soname: \\[([^]]+)\\]")
  message(FATAL_ERROR "${SENTENCEPIECE_LIBRARY} is no shared library with a name of its own")
endif()
set(SENTENCEPIECE_COPY "${CMAKE_BINARY_DIR}/lib/${CMAKE_MATCH_1}")

# A package that is updated brings files that are older than the copy: what tells them apart is what they hold.
get_filename_component(_sentencepiece_file "${SENTENCEPIECE_LIBRARY}" REALPATH)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_sentencepiece_file}")
file(SHA256 "${_sentencepiece_file}" _sentencepiece_hash)
set(_sentencepiece_stamp "${CMAKE_BINARY_DIR}/lib/sentencepiece.sha256")
file(CONFIGURE OUTPUT "${_sentencepiece_stamp}" CONTENT "${_sentencepiece_hash}\n")

set(_sentencepiece_others "${LibTorch_LIBRARY_DIR}/libtorch_cpu.so" "${LibTorch_LIBRARY_DIR}/libc10.so")
add_executable(keep_apart "${CMAKE_SOURCE_DIR}/cmake/keep_apart.cpp")
target_include_directories(keep_apart PRIVATE "${CMAKE_SOURCE_DIR}")
add_custom_command(OUTPUT "${SENTENCEPIECE_COPY}"
  COMMAND keep_apart "${_sentencepiece_file}" "${SENTENCEPIECE_COPY}" ${_sentencepiece_others}
  DEPENDS keep_apart "${_sentencepiece_stamp}" ${_sentencepiece_others}
  COMMENT "Keeping SentencePiece's symbols apart from LibTorch's" VERBATIM)
add_custom_target(sentencepiece_copy DEPENDS "${SENTENCEPIECE_COPY}")

add_library(SentencePiece::SentencePiece SHARED IMPORTED)
set_target_properties(SentencePiece::SentencePiece PROPERTIES
  IMPORTED_LOCATION "${SENTENCEPIECE_COPY}" INTERFACE_INCLUDE_DIRECTORIES "${SentencePiece_INCLUDE_DIRS}")
add_dependencies(SentencePiece::SentencePiece sentencepiece_copy)

add_library(SentencePiece::Trainer INTERFACE IMPORTED)
target_link_libraries(SentencePiece::Trainer INTERFACE SentencePiece::SentencePiece "${SENTENCEPIECE_TRAIN_LIBRARY}")
