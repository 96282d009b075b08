# One helper per kind of target. Source lists are explicit.

include(CTest)
find_package(Catch2 REQUIRED)
if(NOT COMMAND catch_discover_tests)
  include(Catch)
endif()

# Half of a file's compile time is Boost's headers: they are parsed once, for all targets with the same options.
add_library(tidings_precompiled OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled/empty.cpp)
target_precompile_headers(tidings_precompiled PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled/common.hpp)
target_link_libraries(tidings_precompiled PRIVATE tidings_options)

# What is ours and shipped.
function(tidings_compile name)
  target_link_libraries(${name} PRIVATE tidings_options tidings_asio)
  target_precompile_headers(${name} REUSE_FROM tidings_precompiled)
endfunction()

# tidings_library(pg SOURCES a.cpp USES tidings::runtime PRIVATE_USES PostgreSQL::PostgreSQL)
function(tidings_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;PRIVATE_USES" ${ARGN})
  add_library(tidings_${name} STATIC ${arg_SOURCES})
  add_library(tidings::${name} ALIAS tidings_${name})
  target_include_directories(tidings_${name} PUBLIC ${CMAKE_SOURCE_DIR}/libs)
  target_link_libraries(tidings_${name} PUBLIC ${arg_USES} PRIVATE ${arg_PRIVATE_USES})
  target_link_libraries(tidings_${name} INTERFACE tidings_boost)
  tidings_compile(tidings_${name})
endfunction()

# tidings_documents(/api todo_be documents): a source with the openapi.yaml of this folder and its page; its name in `documents`.
# Debian's Python, which has the parser of YAML.
find_program(TIDINGS_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
function(tidings_documents prefix namespace result)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/documents.cpp)
  set(tool ${CMAKE_SOURCE_DIR}/tools/api-docs)
  file(GLOB inputs CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*api.yaml ${tool}/*.py ${tool}/*.css)
  add_custom_command(OUTPUT ${made}
    COMMAND ${TIDINGS_PYTHON} -B ${tool}/documents.py ${CMAKE_CURRENT_SOURCE_DIR} ${prefix} ${namespace} ${made}
    DEPENDS ${inputs}
    COMMENT "Embedding the API documents of ${namespace}")
  set(${result} ${made} PARENT_SCOPE)
endfunction()

# tidings_service(todo-be SOURCES ... USES ...): a static library with everything but main (for tests), and the program.
function(tidings_service name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_library(${name}_rooms STATIC ${arg_SOURCES})
  target_include_directories(${name}_rooms PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name}_rooms PUBLIC ${arg_USES})
  tidings_compile(${name}_rooms)
  add_executable(${name} main.cpp)
  if(NOT TIDINGS_SANITIZE)  # sanitizers bring their own
    # Nobody calls it by name: without the option the linker would leave it out.
    target_link_libraries(${name} PRIVATE -Wl,--push-state,--no-as-needed ${MIMALLOC_LIBRARY} -Wl,--pop-state)
  endif()
  target_link_libraries(${name} PRIVATE ${name}_rooms)
  tidings_compile(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# tidings_program(receiver SOURCES ... USES ...)
function(tidings_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_USES})
  tidings_compile(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# tidings_test(unit_pg LABEL unit SOURCES ... USES ...): a Catch2 program, registered as one ctest test per TEST_CASE.
function(tidings_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;USES" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_USES} tidings_test_main)
  tidings_compile_test(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # Whoever asks for a test that does not exist fails: Catch2 3 does so by itself, and no longer knows the option.
  set(no_tests_fail)
  if(Catch2_VERSION VERSION_LESS 3)
    set(no_tests_fail EXTRA_ARGS -w NoTests)
  endif()
  catch_discover_tests(${name} TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST ${no_tests_fail}
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
