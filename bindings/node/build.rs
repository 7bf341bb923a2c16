//! Lets the linker leave Node's own symbols open, on the platforms where it has to be told.

fn main() {
    napi_build::setup();
}
