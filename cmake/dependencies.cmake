# Debian's own packages, and which room each belongs to (the layer check in `./dev lint` holds the includes to it).

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json url)
find_package(PostgreSQL 15 REQUIRED)        # libs/pg only
find_package(yaml-cpp REQUIRED)             # libs/config only
find_package(prometheus-cpp REQUIRED)       # libs/observe only
find_package(ZLIB REQUIRED)                 # libs/http only, as zstd
find_path(ZSTD_INCLUDE_DIR zstd.h REQUIRED)
find_library(ZSTD_LIBRARY zstd REQUIRED)
find_package(PkgConfig REQUIRED)
find_library(MIMALLOC_LIBRARY mimalloc REQUIRED)  # malloc of the services (docs/adr/0008)
find_path(CNATS_INCLUDE_DIR nats/nats.h REQUIRED)  # libs/bus only
find_library(CNATS_LIBRARY nats REQUIRED)
find_path(HIREDIS_INCLUDE_DIR hiredis/hiredis.h REQUIRED)  # libs/redis only
find_library(HIREDIS_LIBRARY hiredis REQUIRED)

# Asio, JSON and URL are vocabulary: allowed everywhere. Asio's functions are compiled once, in libs/runtime/asio.cpp.
add_library(tidings_boost INTERFACE)
target_link_libraries(tidings_boost INTERFACE Boost::json Boost::url Boost::headers Threads::Threads)
target_compile_definitions(tidings_boost INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE
  BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_DISABLE_CURRENT_LOCATION)  # Boost would note where errors come from: names of lambdas, which hold the build's folder
target_link_libraries(tidings_options INTERFACE tidings_boost)
