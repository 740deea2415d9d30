# How Dragoman's libraries, programs and tests are declared.

# Warnings, sanitizers and include root, for every target of ours.
add_library(dragoman_options INTERFACE)
target_include_directories(dragoman_options INTERFACE "${CMAKE_SOURCE_DIR}")
# -fPIC: for shared libraries, and for programs as well, so that all can share precompiled headers.
target_compile_options(dragoman_options INTERFACE -Wall -Wextra -fPIC
  # g++ reports false ones, in LibTorch's headers and under sanitizers in the standard library's <regex>.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
target_link_libraries(dragoman_options INTERFACE fmt::fmt-header-only Threads::Threads)
if(DRAGOMAN_SANITIZE)
  target_compile_options(dragoman_options INTERFACE
    -fsanitize=${DRAGOMAN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(DRAGOMAN_SANITIZE MATCHES thread)
    # Boost.Asio has fences, which the thread sanitizer does not see; its locks are enough for it.
    target_compile_options(dragoman_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
  target_link_options(dragoman_options INTERFACE -fsanitize=${DRAGOMAN_SANITIZE})
endif()

include(precompiled)

function(dragoman_configure target)
  cmake_parse_arguments(arg "TORCH" "PRECOMPILED" "LINKS" ${ARGN})
  target_link_libraries(${target} PUBLIC dragoman_options ${arg_LINKS})
  if(arg_TORCH)
    target_link_libraries(${target} PUBLIC LibTorch::LibTorch)
  endif()
  if(arg_PRECOMPILED)
    target_precompile_headers(${target} REUSE_FROM ${arg_PRECOMPILED})
  endif()
endfunction()

# dragoman_library(NAME SOURCES ... [LINKS targets...] [TORCH] [ALONE])
# ALONE: its files are compiled one by one in every build, since they take long by themselves.
function(dragoman_library name)
  cmake_parse_arguments(arg "TORCH;ALONE" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  if(arg_ALONE)
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
  endif()
  if(arg_TORCH)
    set(torch TORCH PRECOMPILED dragoman_torch_headers)
  endif()
  dragoman_configure(${name} ${torch} LINKS ${arg_LINKS})
endfunction()

# dragoman_program(NAME SOURCES ... [LINKS targets...] [PRECOMPILED target])
function(dragoman_program name)
  cmake_parse_arguments(arg "" "PRECOMPILED" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  dragoman_configure(${name} PRECOMPILED ${arg_PRECOMPILED} LINKS ${arg_LINKS})
  if(TCMALLOC_LIBRARY)
    # Nothing refers to the allocator by name, so it must be kept explicitly. Behind LibTorch, which is among the
    # options: of libraries that do not know each other the last is initialised first, and until the allocator is, each
    # allocation waits in line, of which LibTorch makes many when it is loaded.
    target_link_libraries(${name} PRIVATE "-Wl,--push-state,--no-as-needed,${TCMALLOC_LIBRARY},--pop-state")
  endif()
endfunction()

# dragoman_test(NAME SOURCES ... [LINKS targets...] [TORCH] [WHOLE]): a GoogleTest program whose cases ctest runs one by
# one; a WHOLE one at once, since to start it takes longer than its many cases.
function(dragoman_test name)
  cmake_parse_arguments(arg "TORCH;WHOLE" "" "SOURCES;LINKS" ${ARGN})
  set(precompiled dragoman_test_headers)
  if(arg_TORCH)
    set(precompiled dragoman_torch_test_headers)
  endif()
  dragoman_program(${name} SOURCES ${arg_SOURCES} PRECOMPILED ${precompiled}
    LINKS ${arg_LINKS} dragoman_test_options GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE DRAGOMAN_FIXTURES="${CMAKE_SOURCE_DIR}/tests/fixtures")
  if(arg_WHOLE)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  else()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
  endif()
endfunction()
