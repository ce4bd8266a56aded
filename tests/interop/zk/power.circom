pragma circom 2.0.0;

// "I know x with x^5 + a*x + b = out": one public output, two public inputs.
template Power() {
    signal input x;
    signal input a;
    signal input b;
    signal output out;
    signal x2 <== x * x;
    signal x4 <== x2 * x2;
    signal ax <== a * x;
    out <== x4 * x + ax + b;
}

component main {public [a, b]} = Power();
