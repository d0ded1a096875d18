namespace EServices.Local.Processes;

/// <summary>Programs of the system, found the way a shell finds them.</summary>
internal static class Tools
{
    /// <summary>The full path of a program in PATH or in the folders for administrators, which an ordinary user's PATH often lacks.</summary>
    public static string? Find(string name) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin", "/opt/homebrew/bin", "/opt/homebrew/sbin"])
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Puts a program into a session of its own: Ctrl-C in the terminal reaches this process alone, and all that the program starts can be ended together.</summary>
    public static string? SetSid { get; } = Find("setsid");

    /// <summary>The dotnet that runs this process: the same runtime for the services.</summary>
    public static string DotNet { get; } = FindDotNet();

    private static string FindDotNet()
    {
        var program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var beside = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../..", program));
        return File.Exists(beside) ? beside : System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? program;
    }
}
