namespace EServices.Identity.Keys;

/// <summary>The embedded store holds private keys: its files are for this service's account alone.</summary>
internal static class StoreFile
{
    private const string Sqlite = "sqlite:";

    public static void Protect(IConfiguration configuration)
    {
        var connection = configuration["ConnectionStrings:identity"] ?? "";
        if (OperatingSystem.IsWindows() || !connection.StartsWith(Sqlite, StringComparison.OrdinalIgnoreCase))
            return;
        var path = connection[Sqlite.Length..];
        // SQLite gives its log and its index the permissions of the main file, but these are already there.
        foreach (var file in new[] { path, $"{path}-wal", $"{path}-shm" }.Where(File.Exists))
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
