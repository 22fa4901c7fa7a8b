// Authorities and certificates for the tests, made by OpenSSL's command when the first test asks.
import Bytes
import Glibc
import TLS
import Testing

struct Certificates: Sendable {
    let folder: String

    static let shared = Certificates()

    private init() {
        var template = Array("/tmp/portcullis-certificates-XXXXXX".utf8CString)
        let made = mkdtemp(&template).map { String(cString: $0) }
        folder = made ?? "/tmp"
        let script = """
            set -e; cd \(folder)
            authority() {
              openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -out $1.pem -days 30 \
                -subj "/CN=$1" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
            }
            leaf() { # name authority days subjectAltName
              openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -out $1.csr -subj "/CN=$1"
              printf 'subjectAltName=%s\\n' "$4" > $1.ext
              openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days $3 -extfile $1.ext -out $1.pem
            }
            authority root; authority other
            leaf gate root 30 DNS:gate.example,DNS:localhost,IP:127.0.0.1
            leaf second root 30 DNS:second.example
            leaf expired root -1 DNS:localhost,IP:127.0.0.1
            leaf stranger other 30 DNS:localhost,IP:127.0.0.1
            leaf person root 30 DNS:person.example
            leaf intruder other 30 DNS:intruder.example
            cat root.pem gate.pem > reversed.pem
            openssl ec -in gate.key -aes256 -passout pass:secret -out locked.key
            openssl req -x509 -newkey rsa:1024 -nodes -keyout weak.key -out weak.pem -days 30 -subj /CN=weak
            echo nonsense > nonsense.pem
            : > empty.pem
            chmod 600 *.key; cp gate.key loose.key; chmod 644 loose.key
            echo made
            """
        precondition(Shell.run(script).hasSuffix("made\n"), "openssl did not make the certificates")
    }

    func path(_ name: String) -> String { folder + "/" + name }
    func pair(_ name: String) -> CertificateFiles {
        CertificateFiles(chain: path(name + ".pem"), key: path(name + ".key"))
    }

    static let secret = [UInt8](repeating: 7, count: 32)

    func server(
        _ names: [String] = ["gate"], authorities: String? = nil, clients: ClientCertificates = .none,
        secret: [UInt8] = secret
    ) throws(TLSError) -> ServerIdentity {
        try ServerIdentity(
            TLSServerContext.Files(
                certificates: names.map { pair($0) }, clientAuthorities: authorities.map { path($0) },
                clientCertificates: clients), tickets: TicketKeys(secret: SecretBytes(secret)))
    }

    func client(_ authority: String = "root.pem", showing certificate: String? = nil) throws(TLSError)
        -> ClientIdentity
    { try ClientIdentity(.init(authorities: path(authority), certificate: certificate.map { pair($0) })) }

    /// What `openssl s_client` says when it asks a server for something and waits for its end.
    func ask(_ port: UInt16, _ options: String = "", request: String = "GET /early") -> String {
        let text = "\(request) HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n"
        return Shell.run(
            "cd \(folder); printf '\(text)' | timeout 10 openssl s_client -connect 127.0.0.1:\(port) -CAfile root.pem -verify_return_error -ign_eof \(options)"
        )
    }
}
