// Calls an operation from .NET, by P/Invoke.
//
// The address and the login come from ONGOING_URL, ONGOING_USERNAME, ONGOING_PASSWORD, ONGOING_GOODS_OWNER_CODE and
// ONGOING_GOODS_OWNER_ID. The library is found as .NET finds native libraries: beside the program, or by the system.

using System;
using System.Runtime.InteropServices;
using System.Text;

public sealed class OngoingException : Exception
{
    public OngoingException(string message, string outcome, string hint, int exitCode) : base(message)
    {
        Outcome = outcome;
        Hint = hint;
        ExitCode = exitCode;
    }

    /// What the failure means for the warehouse: done, not done, refused, partial, unknown.
    public string Outcome { get; private set; }
    public string Hint { get; private set; }
    public int ExitCode { get; private set; }
}

/// One session, for one thread at a time.
public sealed class OngoingSession : IDisposable
{
    const uint Abi = 1;
    const int Answer = 1, Message = 2, Hint = 3, Outcome = 4;

    IntPtr session;

    public OngoingSession()
    {
        session = Native.ongoing_new(Abi);
        if (session == IntPtr.Zero) throw new InvalidOperationException("the library has another binary interface");
    }

    public void Set(string name, string value)
    {
        byte[] nameBytes = Utf8(name), valueBytes = Utf8(value ?? "");
        Check(Native.ongoing_set(session, nameBytes, Length(nameBytes), valueBytes, Length(valueBytes)));
    }

    public void Open()
    {
        Check(Native.ongoing_open(session));
    }

    /// Calls an operation with its input in JSON; gives its answer in JSON.
    public string Call(string operation, string input)
    {
        byte[] operationBytes = Utf8(operation), inputBytes = Utf8(input ?? "");
        Check(Native.ongoing_call(session, operationBytes, Length(operationBytes), inputBytes, Length(inputBytes)));
        return Text(Answer);
    }

    public void Dispose()
    {
        if (session != IntPtr.Zero) Native.ongoing_free(session);
        session = IntPtr.Zero;
    }

    void Check(int exit)
    {
        if (exit != 0) throw new OngoingException(Text(Message), Text(Outcome), Text(Hint), exit);
    }

    string Text(int field)
    {
        UIntPtr length;
        IntPtr data = Native.ongoing_text(session, field, out length);
        var bytes = new byte[checked((int)length.ToUInt64())];
        Marshal.Copy(data, bytes, 0, bytes.Length);
        return Encoding.UTF8.GetString(bytes);
    }

    static byte[] Utf8(string text)
    {
        return Encoding.UTF8.GetBytes(text);
    }

    static UIntPtr Length(byte[] bytes)
    {
        return new UIntPtr((uint)bytes.Length);
    }

    static class Native
    {
        const string Library = "ongoingwms";

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr ongoing_new(uint abi);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int ongoing_set(IntPtr session, byte[] name, UIntPtr nameLength, byte[] value,
            UIntPtr valueLength);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int ongoing_open(IntPtr session);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int ongoing_call(IntPtr session, byte[] operation, UIntPtr operationLength, byte[] input,
            UIntPtr inputLength);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr ongoing_text(IntPtr session, int field, out UIntPtr length);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void ongoing_free(IntPtr session);
    }
}

public static class Orders
{
    static readonly string[][] Settings =
    {
        new[] { "url", "ONGOING_URL" },
        new[] { "user_name", "ONGOING_USERNAME" },
        new[] { "password", "ONGOING_PASSWORD" },
        new[] { "goods_owner_code", "ONGOING_GOODS_OWNER_CODE" },
        new[] { "goods_owner_id", "ONGOING_GOODS_OWNER_ID" },
    };

    public static int Main(string[] arguments)
    {
        using (var session = new OngoingSession())
        {
            try
            {
                foreach (var setting in Settings) session.Set(setting[0], Environment.GetEnvironmentVariable(setting[1]));
                session.Open();
                Console.WriteLine(session.Call("GetOrderStatuses", null));
                session.Call("ProcessOrder", "{\"OrderInfo\": {\"OrderOperation\": \"Remove\", "
                    + "\"OrderIdentification\": \"GoodsOwnerOrderNumber\", \"GoodsOwnerOrderNumber\": \"no such order\"}}");
                return 0;
            }
            catch (OngoingException error)
            {
                Console.Error.WriteLine("error: {0}\n  outcome: {1}\n  hint: {2}", error.Message, error.Outcome, error.Hint);
                return error.ExitCode;
            }
        }
    }
}
