/// Ceremonies of Chromium 156 with its virtual authenticator on `http://localhost`: registration with a challenge of 32
/// bytes 7 and assertion with one of 32 bytes 9, the user handle the bytes 1 to 8, user verification required.
struct PasskeyVector: Sendable {
    let algorithm: String
    let origin: String
    let id: String
    let clientData: String
    let attestation: String
    let assertedClientData: String
    let authenticatorData: String
    let signature: String

    static let all = [es256, rs256, edDSA]

    static let es256 = PasskeyVector(
        algorithm: "ES256", origin: "http://localhost:40377",
        id: "zJha-LHY2qPIIKNeu--LOtOnWTSACJoGdpd4Eh84iUk",
        clientData:
            "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hC"
            + "d2NIQndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDAzNzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
        attestation:
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQECAwQF"
            + "BgcIAQIDBAUGBwgAIMyYWvix2NqjyCCjXrvvizrTp1k0gAiaBnaXeBIfOIlJpQECAyYgASFYIJhF0tXVKvauuYw_55T51tTn"
            + "4z039vJ3QZ4AI6UhNbTjIlgg1WPMKYvDNjBCzGYKdKzIdCQgx71-V504u9HGWOvtZQ8",
        assertedClientData:
            "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtK"
            + "Q1FrSkNRayIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDAzNzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
        authenticatorData: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg",
        signature:
            "MEQCIFqbmNZEcA4cw34Px-BXZyPKHaKh_fJsOVclmXVc0jgjAiAo2EVPF3b5aR8qZVNyT4K1xZXdBe5MSCaf1SGJgLFp9Q")

    static let rs256 = PasskeyVector(
        algorithm: "RS256", origin: "http://localhost:40377",
        id: "CQxTuMclusWeLZrk6rqpudlyP-MYEkK_tivj6JoWIH8",
        clientData:
            "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hC"
            + "d2NIQndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDAzNzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
        attestation:
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVkBZ0mWDeWIDoxodDQXD2R2YFuP5K65ooYyx5lc87qDHZdjRQAAAAEBAgME"
            + "BQYHCAECAwQFBgcIACAJDFO4xyW6xZ4tmuTquqm52XI_4xgSQr-2K-PomhYgf6QBAwM5AQAgWQEApuLkaryTzEZWFXIq-uB7"
            + "r4TgMtB2ev2bKLvx_5wBAWcvU-Gw2PZ5wCq2lxNuaoyIjCbACICRj1gj8L7UwomMRz3VcLUuzzqGeT1yXXdkL-p3JD702m6o"
            + "BfbQDO5m6Rx1UBN8J_xjcZOWH6UO7dR-nSETgJpSod83LeYbl2PgX02BORRFHfJbXvidLob0J4Aq8BoNAKoal2LUtHFy-MGv"
            + "jTA_SYepOXu_EdphOEO6OLub1QegKbZO5HAnBNjz77i3g7p6jZtguKaqLWbZgFRyi2bvajLbdhQCaUusdd5wqiudCl9sxEIS"
            + "hwtYF_jR53iX-H2hFOnfgY5eOcAiksjmzSFDAQAB",
        assertedClientData:
            "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtK"
            + "Q1FrSkNRayIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDAzNzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
        authenticatorData: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg",
        signature:
            "EL25ABdCj8kiG-Hvq_ydIvjIxAk5vfWEeiU299resJkLIoxoT2bUMhsAr9E6fFALPSbjZ_S5_CCgjeJDcTVtoHHtNMuyL3q2"
            + "tytIpmf2GAAsfNTfkXKvmvPrCOHVtnyN7CStkSMJtX-ObcMfI7pLDyInunXD7LIhMM8HzhtGKCHLZtZfXs_amyWnef0eWxUa"
            + "TFac-9sMUfJGxCyU41k_bs8gPK9hpiu3ur6DghOAGpZ28BNgDqZhV6ANloEz1xnZAsiS_97o2XnGoJnEnZb7S-kt3SUreTyc"
            + "-8DiVs6NNPv06pnTa8fDKPz-m6RYIXqwVSwmLVKL5xG0UEddyxcbyw")

    static let edDSA = PasskeyVector(
        algorithm: "EdDSA", origin: "http://localhost:40377",
        id: "izY5O6Mr0KMmPT4tcOgEnTPQ56VSevyriR579A1emQw",
        clientData:
            "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hC"
            + "d2NIQndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDAzNzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
        attestation:
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViBSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQECAwQF"
            + "BgcIAQIDBAUGBwgAIIs2OTujK9CjJj0-LXDoBJ0z0OelUnr8q4kee_QNXpkMpAEBAycgBiFYIKohSo4qgst1RrcbDsAJSPc8"
            + "evACsxtpvk9MLbTE58as",
        assertedClientData:
            "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtK"
            + "Q1FrSkNRayIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDAzNzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
        authenticatorData: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg",
        signature:
            "dZOor0Nm54uhXtvA4THEmXCcKu2etSJD5I18BMIpvpHyRiGytF0gHaxFGnvmlmuFJff6lFqo7Aqq9edVOndJDw")

    /// Attested by a certificate (`packed` with `x5c`), which nobody asked for.
    static let certified = PasskeyVector(
        algorithm: "ES256", origin: "http://localhost:40377",
        id: "LZxwgB-9hz8XVrveUWu1wLgRk5aoy49sueodda5QZYo",
        clientData:
            "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hC"
            + "d2NIQndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDAzNzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
        attestation:
            "o2NmbXRmcGFja2VkZ2F0dFN0bXSjY2FsZyZjc2lnWEcwRQIhAJCKvD-EjmM5qoJLrb0BRXKXTVijBI3I5zG3x9OyWEjcAiAd"
            + "bYb0HLnfm641n5ugNy0QWQQbbKyDvocgyJymisnVZmN4NWOBWQHYMIIB1DCCAXqgAwIBAgIBATAKBggqhkjOPQQDAjBgMQsw"
            + "CQYDVQQGEwJVUzERMA8GA1UECgwIQ2hyb21pdW0xIjAgBgNVBAsMGUF1dGhlbnRpY2F0b3IgQXR0ZXN0YXRpb24xGjAYBgNV"
            + "BAMMEUJhdGNoIENlcnRpZmljYXRlMB4XDTE3MDcxNDAyNDAwMFoXDTQ2MTExNjIzNTgwNVowYDELMAkGA1UEBhMCVVMxETAP"
            + "BgNVBAoMCENocm9taXVtMSIwIAYDVQQLDBlBdXRoZW50aWNhdG9yIEF0dGVzdGF0aW9uMRowGAYDVQQDDBFCYXRjaCBDZXJ0"
            + "aWZpY2F0ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABI1hfmXJUI5kvMVnOsgqZ5naPBRGaCwljEY__99Y39L6Pmw3i1PX"
            + "lcSk3_tBme3Xhi8jq68CA7S4kRugVpmU4QGjJTAjMAwGA1UdEwEB_wQCMAAwEwYLKwYBBAGC5RwCAQEEBAMCAwgwCgYIKoZI"
            + "zj0EAwIDSAAwRQIhAMQB5szBVYsvJSqsSZBvhyJivSEvRGPDEhMZOGDVGwe7AiBgZ3-Bhkwv24enEBfPpyaMMh4xD49OrVG4"
            + "ITIfpFUCgmhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQECAwQFBgcIAQIDBAUGBwgA"
            + "IC2ccIAfvYc_F1a73lFrtcC4EZOWqMuPbLnqHXWuUGWKpQECAyYgASFYIE4taSQrqQjd5jnPbPeVgtOqJmpBbdGdCqhKu6Ss"
            + "y5GrIlgg_Q1O-j8pl7nzRqRAvq4MI8SiVdYdWM-X6opDyHg4-qM",
        assertedClientData:
            "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtK"
            + "Q1FrSkNRayIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDAzNzciLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
        authenticatorData: "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg",
        signature:
            "MEUCIQDMDbaRIYT9mywGia_FT05-hWWYVd-7x0jG1vZaVZzJVAIgL0oddnVY9PHkvLNTYSx36cycygN5stwmrD6wYrwHKYs")
}
