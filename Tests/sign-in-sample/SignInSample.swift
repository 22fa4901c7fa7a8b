internal import Authentication
internal import Bytes
internal import Crypto
internal import Glibc
internal import JSON
internal import Passwords
internal import Runtime
internal import SignIn
internal import Transport
internal import Vocabulary

/// The sign-in desk behind lines of JSON, so that real providers and browsers can be put before it. Reads one object a
/// line from its input and writes one a line. Test support: never shipped.
@main
enum SignInSample {
    static let usage = """
        usage: sign-in-sample ISSUER CLIENT REDIRECT ORIGIN [SECRET]
               {"do":"depart","again":ACCOUNT?}            -> {"url","ticket"}
               {"do":"arrive","query","ticket"}            -> {"issuer","subject"}
               {"do":"begin","act":HEX?,"register":BOOL?}  -> {"challenge","ticket"}
               {"do":"register","ticket","clientData","attestation"} -> {"id","algorithm"}
               {"do":"assert","ticket","act":HEX?,"id","clientData","authenticatorData","signature","userHandle"} -> {"counter"}
               what is refused: {"error"}
        """

    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        guard (4...5).contains(words.count) else { return print(usage) }
        EventLoop.run {
            let desk = SampleDesk(words)
            EventLoop.spawn {
                while let line = readLine() {
                    print(await desk.answer(line))
                    fflush(nil)
                }
                Reactor.shared.stop()
            }
        }
    }
}
