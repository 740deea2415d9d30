# What `cmake --install` adds to the binary: the libraries that would not outlive the build tree, in lib/dragoman, and what
# shells and man know of it. All that makes the program whole is the component `program`.
#
# A CPU LibTorch below the source's build folder is copied, so that the result can be moved anywhere. Any
# other (the user's own, or a CUDA build with its gigabytes of NVIDIA libraries) stays where it is, found by its path.
file(RELATIVE_PATH _libtorch_from_build "${PROJECT_SOURCE_DIR}/build" "${LibTorch_LIBRARY_DIR}")
if(_libtorch_from_build MATCHES "^\\.\\./" OR LibTorch_CUDA)
  set(DRAGOMAN_BUNDLES_LIBTORCH OFF)
  set(_libtorch_rpath ";${LibTorch_LIBRARY_DIR}")
  install(CODE "message(STATUS \"The installed dragoman uses LibTorch where it is: ${LibTorch_LIBRARY_DIR}\")")
else()
  set(DRAGOMAN_BUNDLES_LIBTORCH ON)
  set(_libtorch_rpath "")
  file(GLOB _libtorch_openmp "${LibTorch_LIBRARY_DIR}/libgomp*")
  install(FILES
    "${LibTorch_LIBRARY_DIR}/libtorch.so" "${LibTorch_LIBRARY_DIR}/libtorch_cpu.so" "${LibTorch_LIBRARY_DIR}/libc10.so"
    ${_libtorch_openmp}
    DESTINATION lib/dragoman COMPONENT program)
endif()
install(FILES "${SENTENCEPIECE_COPY}" DESTINATION lib/dragoman COMPONENT program)
set_target_properties(dragoman PROPERTIES INSTALL_RPATH "$ORIGIN/../lib;$ORIGIN/../lib/dragoman")
set_target_properties(dragoman_shared PROPERTIES INSTALL_RPATH "$ORIGIN/dragoman${_libtorch_rpath}")
# RPATH rather than RUNPATH: it holds for what these libraries need, too, and LD_LIBRARY_PATH does not come before it,
# by which many systems would put the SentencePiece in place that the copy is there to replace.
foreach(_installed IN ITEMS dragoman dragoman_shared)
  target_link_options(${_installed} PRIVATE LINKER:--disable-new-dtags)
endforeach()

# The program itself writes its manual pages, and what completes its options.
set(_share "${CMAKE_BINARY_DIR}/share")
install(CODE "
  function(dragoman_writes)
    execute_process(COMMAND \"$<TARGET_FILE:dragoman>\" \${ARGN} COMMAND_ERROR_IS_FATAL ANY)
  endfunction()
  file(REMOVE_RECURSE \"${_share}\")
  file(MAKE_DIRECTORY \"${_share}/bash-completion/completions\" \"${_share}/zsh/site-functions\"
    \"${_share}/fish/vendor_completions.d\")
  dragoman_writes(manual --output \"${_share}/man/man1\")
  dragoman_writes(completion bash OUTPUT_FILE \"${_share}/bash-completion/completions/dragoman\")
  dragoman_writes(completion zsh OUTPUT_FILE \"${_share}/zsh/site-functions/_dragoman\")
  dragoman_writes(completion fish OUTPUT_FILE \"${_share}/fish/vendor_completions.d/dragoman.fish\")"
  COMPONENT program)
install(DIRECTORY "${_share}/" DESTINATION share COMPONENT program)
