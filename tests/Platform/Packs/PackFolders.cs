namespace EServices.Platform.Tests.Packs;

internal static class PackFolders
{
    /// <summary>The pack in the repository, found upwards from where the tests run.</summary>
    public static string Jk { get; } = Find("deploy/packs/jk");

    private static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, path))) return Path.Combine(folder.FullName, path);
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds {path}.");
    }
}
