# Installs BUILD_DIR into a folder of its own, builds the consumer beside against it and runs it. Called by ctest.
set(folder ${BUILD_DIR}/tests/consumer)
file(REMOVE_RECURSE ${folder})

function(step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${what} failed:\n${output}")
  endif()
endfunction()

step("install" ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${folder}/installed)
step("configure" ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${folder}/build -G Ninja
     -D CMAKE_PREFIX_PATH=${folder}/installed -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_CXX_FLAGS=${CXX_FLAGS}
     -D CMAKE_BUILD_TYPE=${CONFIG})
step("build" ${CMAKE_COMMAND} --build ${folder}/build)
step("run" ${folder}/build/consumer)
step("the installed program" ${folder}/installed/bin/tidemark version)
