# shellcheck shell=bash
# Drills of the promise, many times; each is run once by the tests as well.

command_drill() {
    obey_signals
    case " $* " in
        *" -h "* | *" --help "*) ;;
        *)
            need_packages build run
            build broadcaster
            ;;
    esac
    interruptible env PYTHONPATH="$ROOT/tools" TIDINGS_BUILD_DIR="$BUILD_DIR" TIDINGS_RUN_DIR="$RUN_DIR" python3 -B -m drill "$@"
}
