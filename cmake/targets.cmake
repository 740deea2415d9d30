# How Dragoman's libraries, programs and tests are declared.

# Warnings, sanitizers and include root, for every target of ours.
add_library(dragoman_options INTERFACE)
target_include_directories(dragoman_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(dragoman_options INTERFACE -Wall -Wextra)
target_link_libraries(dragoman_options INTERFACE fmt::fmt-header-only Threads::Threads)
if(DRAGOMAN_SANITIZE)
  target_compile_options(dragoman_options INTERFACE
    -fsanitize=${DRAGOMAN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # g++ reports false ones under sanitizers, in the standard library's <regex> for one.
    -Wno-maybe-uninitialized)
  target_link_options(dragoman_options INTERFACE -fsanitize=${DRAGOMAN_SANITIZE})
endif()

# LibTorch's headers are compiled once and shared by every target that says TORCH.
add_library(dragoman_torch_headers STATIC "${CMAKE_SOURCE_DIR}/cmake/torch_headers.cpp")
target_link_libraries(dragoman_torch_headers PRIVATE dragoman_options LibTorch::LibTorch)
target_precompile_headers(dragoman_torch_headers PRIVATE
  <ATen/ATen.h> <torch/autograd.h> <torch/nn/module.h> <torch/nn/pimpl.h> <torch/types.h>)

function(dragoman_configure target)
  cmake_parse_arguments(arg "TORCH" "" "LINKS" ${ARGN})
  target_link_libraries(${target} PUBLIC dragoman_options ${arg_LINKS})
  if(arg_TORCH)
    target_link_libraries(${target} PUBLIC LibTorch::LibTorch)
    target_precompile_headers(${target} REUSE_FROM dragoman_torch_headers)
  endif()
endfunction()

# dragoman_library(NAME SOURCES ... [LINKS targets...] [TORCH])
function(dragoman_library name)
  cmake_parse_arguments(arg "TORCH" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  if(arg_TORCH)
    set(torch TORCH)
  endif()
  dragoman_configure(${name} ${torch} LINKS ${arg_LINKS})
endfunction()

# dragoman_program(NAME SOURCES ... [LINKS targets...] [TORCH])
function(dragoman_program name)
  cmake_parse_arguments(arg "TORCH" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  if(arg_TORCH)
    set(torch TORCH)
  endif()
  dragoman_configure(${name} ${torch} LINKS ${arg_LINKS})
  if(TCMALLOC_LIBRARY)
    # Nothing refers to the allocator by name, so it must be kept explicitly.
    target_link_options(${name} PRIVATE "LINKER:--push-state,--no-as-needed,${TCMALLOC_LIBRARY},--pop-state")
  endif()
endfunction()

# dragoman_test(NAME SOURCES ... [LINKS targets...] [TORCH]): a GoogleTest program whose cases ctest runs one by one.
function(dragoman_test name)
  cmake_parse_arguments(arg "TORCH" "" "SOURCES;LINKS" ${ARGN})
  if(arg_TORCH)
    set(torch TORCH)
  endif()
  dragoman_program(${name} SOURCES ${arg_SOURCES} LINKS ${arg_LINKS} GTest::gmock GTest::gtest_main ${torch})
  target_compile_definitions(${name} PRIVATE DRAGOMAN_FIXTURES="${CMAKE_SOURCE_DIR}/tests/fixtures")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
endfunction()
