# Headers that take longer to compile than the files that include them: compiled once for all targets that use them with
# the same options. What they hold is the business of this file alone; every source includes what it needs.

# Tests are run once for each time that they are compiled, so little optimisation is the fastest.
add_library(dragoman_test_options INTERFACE)
target_compile_options(dragoman_test_options INTERFACE $<$<CONFIG:Release>:-O1>)
target_link_libraries(dragoman_test_options INTERFACE dragoman_options GTest::gmock nlohmann_json::nlohmann_json)

set(torch_headers <ATen/ATen.h> <torch/autograd.h> <torch/nn/module.h> <torch/nn/pimpl.h> <torch/types.h>)
set(test_headers <gmock/gmock.h>)
set(other_headers <fmt/format.h> <nlohmann/json.hpp>)

# dragoman_headers(NAME HEADERS ... LINKS targets...)
function(dragoman_headers name)
  cmake_parse_arguments(arg "" "" "HEADERS;LINKS" ${ARGN})
  add_library(${name} STATIC "${CMAKE_SOURCE_DIR}/cmake/headers.cpp")
  target_link_libraries(${name} PRIVATE ${arg_LINKS})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()

dragoman_headers(dragoman_torch_headers
  HEADERS ${torch_headers} ${other_headers}
  LINKS dragoman_options LibTorch::LibTorch nlohmann_json::nlohmann_json)
if(DRAGOMAN_TESTS)
  dragoman_headers(dragoman_test_headers
    HEADERS ${test_headers} ${other_headers} LINKS dragoman_test_options)
  dragoman_headers(dragoman_torch_test_headers
    HEADERS ${test_headers} ${torch_headers} ${other_headers} LINKS dragoman_test_options LibTorch::LibTorch)
endif()
