namespace EServices.Testing;

/// <summary>Where the checkout lies, for tests that read its files.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EServices.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No EServices.sln above {AppContext.BaseDirectory}.");
    }
}
