# The one place that sets language, warnings, sanitizers and speed-ups for every target (through tidings_options).

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "g++ ${CMAKE_CXX_COMPILER_VERSION} cannot build Tidings: it destroys temporaries of co_await expressions too early "
    "and says nothing, so the program crashes at run time. Use clang >= 16 (Debian: apt-get install clang-19, then "
    "cmake --preset release) or g++ >= 13.")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16)
  message(FATAL_ERROR "clang ${CMAKE_CXX_COMPILER_VERSION} is too old for Tidings: clang >= 16 is needed.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

set(TIDINGS_SANITIZE "" CACHE STRING "Sanitizers for every target, as -fsanitize= takes them")

add_library(tidings_options INTERFACE)
target_compile_options(tidings_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wimplicit-fallthrough -Werror)
target_compile_definitions(tidings_options INTERFACE TIDINGS_VERSION="${PROJECT_VERSION}")
# The build's own folder must not get into the binary: the same commit gives the same bytes.
target_compile_options(tidings_options INTERFACE -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
# Programs that parse the Internet's bytes: what can be caught at run time is, and what an attacker could overwrite is
# read-only (tests/integration/binaries reads the binaries). FORTIFY needs an optimizing build and knows no sanitizer.
target_compile_options(tidings_options INTERFACE -fstack-protector-strong -fstack-clash-protection)
target_compile_definitions(tidings_options INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(tidings_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT TIDINGS_SANITIZE)
  target_compile_definitions(tidings_options INTERFACE _FORTIFY_SOURCE=3)
endif()
# Fields that have defaults may be left out of a designated initializer; from clang 18 on -Wextra warns of them.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 18)
  target_compile_options(tidings_options INTERFACE -Wno-missing-designated-field-initializers)
endif()
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  target_compile_options(tidings_options INTERFACE -fcf-protection=full)
  # Debian 12's crt1.o has no mark, and one object without it would take it from the program. A shadow stack asks
  # nothing of the code; indirect branch tracking does, so its mark is left to the linker.
  target_link_options(tidings_options INTERFACE -Wl,-z,shstk)
endif()
if(TIDINGS_SANITIZE)
  target_compile_options(tidings_options INTERFACE -fsanitize=${TIDINGS_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(tidings_options INTERFACE -fsanitize=${TIDINGS_SANITIZE})
  target_compile_definitions(tidings_options INTERFACE TIDINGS_SANITIZED)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache asks for where a precompiled header is used.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(tidings_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")  # the same header, the same bytes
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Debian names the linker after its release, which is the compiler's: lld-19 brings no plain ld.lld.
  string(REGEX MATCH "^[0-9]+" clang_major ${CMAKE_CXX_COMPILER_VERSION})
  find_program(LLD NAMES ld.lld-${clang_major} ld.lld)
  if(LLD)
    target_link_options(tidings_options INTERFACE --ld-path=${LLD})
  endif()
endif()
